package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A project with a repository of its own, at a server that has more of them. They share a store; {@link #job} sees to it that what one builds is
 * not built for another one already.
 */
final class CircusProject {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String name = "p" + NUMBERS.incrementAndGet();
    private final NixRepository repository;
    private CircusServer server;
    private @Nullable String id;
    private @Nullable String jobset;

    /** @param directory of the store */
    CircusProject(CircusServer server, Path directory) throws Exception {
        this.server = server;
        this.repository = new NixRepository(directory, name);
    }

    String name() {
        return name;
    }

    /** Its repository. */
    NixRepository repository() {
        return repository;
    }

    /** Commits a file; answers the commit. */
    String commit(String file, String text) throws Exception {
        return repository.commit(file, text);
    }

    /** Its id at the server, which knows it from the first call on. */
    String id() throws Exception {
        String known = id;
        if (known == null) {
            known = ok(server.admin().post("projects", Map.of("name", name, "repository_url", repository.url())))
                    .get("id")
                    .asString();
            id = known;
        }
        return known;
    }

    /** The same after its server was started again. */
    void at(CircusServer started) {
        server = started;
    }

    String path() throws Exception {
        return "projects/" + id();
    }

    /** Makes a jobset of {@code release.nix}, which the methods below are about from now on; answers its id. */
    String jobset(Map<String, Object> more) throws Exception {
        Map<String, Object> body = new HashMap<>(
                Map.of("name", "main", "nix_expression", "release.nix", "flake_mode", false, "check_interval", 10));
        body.putAll(more);
        return about(
                ok(server.admin().post(path() + "/jobsets", body)).get("id").asString());
    }

    /** Makes the methods below be about another jobset; answers it. */
    String about(String other) {
        jobset = other;
        return other;
    }

    JsonNode shownJobset() throws Exception {
        return ok(server.admin().get(path() + "/jobsets/" + jobset));
    }

    List<String> jobsetNames() throws Exception {
        return ok(server.admin().get(path() + "/jobsets"))
                .get("items")
                .valueStream()
                .map(one -> one.get("name").asString())
                .sorted()
                .toList();
    }

    /** Has the server look at the repository now. */
    void look() throws Exception {
        server.sql(handle -> handle.createUpdate("""
                        update circus.jobsets set last_checked_at = null where project_id = cast(:id as uuid)
                        """).bind("id", id).execute());
        server.sql(handle -> handle.execute("notify circus_jobsets_changed"));
    }

    /** Asks for an evaluation; answers its id. */
    String trigger(String commit) throws Exception {
        return server.admin()
                .post("evaluations/trigger", Map.of("jobset_id", jobset == null ? "" : jobset, "commit_hash", commit))
                .json()
                .path("id")
                .asString("");
    }

    /** Evaluations of the jobset, newest first. */
    JsonNode evaluations() throws Exception {
        return ok(server.admin().get("evaluations?jobset_id=" + jobset)).get("items");
    }

    JsonNode evaluation(String evaluation) throws Exception {
        return ok(server.admin().get("evaluations/" + evaluation));
    }

    /** Waits until the jobset has an evaluation of the commit that is over, and all its builds are; answers its id. */
    String evaluated(String commit) throws Exception {
        return await("commit " + commit + " to be evaluated and built", () -> {
            for (JsonNode evaluation : evaluations()) {
                String one = evaluation.get("id").asString();
                if (evaluation.get("commit_hash").asString().equals(commit) && isOver(evaluation) && open(one) == 0) {
                    return Optional.of(one);
                }
            }
            return Optional.empty();
        });
    }

    private static boolean isOver(JsonNode evaluation) {
        return !Set.of("pending", "running").contains(evaluation.get("status").asString());
    }

    private long open(String evaluation) throws Exception {
        long open = 0;
        for (String status : List.of("pending", "running")) {
            open += ok(server.admin().get("builds?evaluation_id=" + evaluation + "&status=" + status))
                    .get("total")
                    .asLong();
        }
        return open;
    }

    <T> T await(String what, Eventually.Question<T> question) throws Exception {
        return Eventually.await(
                what,
                question,
                () -> server.admin().get("evaluations?limit=200").body());
    }

    /** The builds of an evaluation by name. */
    Map<String, JsonNode> builds(String evaluation) throws Exception {
        Map<String, JsonNode> builds = new TreeMap<>();
        ok(server.admin().get("builds?limit=200&evaluation_id=" + evaluation))
                .get("items")
                .forEach(build -> builds.put(build.get("job_name").asString(), build));
        return builds;
    }

    Map<String, String> statuses(String evaluation) throws Exception {
        return server.statuses(evaluation);
    }

    /** Waits until a build has this status. */
    JsonNode build(String build, String status) throws Exception {
        return await(
                "build " + build + " to be " + status,
                () -> Optional.of(ok(server.admin().get("builds/" + build)))
                        .filter(now -> now.get("status").asString().equals(status)));
    }

    /** Waits for a build of the jobset that runs. */
    JsonNode running() throws Exception {
        return await("a build to run", () -> {
            for (JsonNode evaluation : evaluations()) {
                JsonNode running = ok(server.admin()
                                .get("builds?status=running&evaluation_id="
                                        + evaluation.get("id").asString()))
                        .get("items");
                if (!running.isEmpty()) {
                    return Optional.of(running.get(0));
                }
            }
            return Optional.empty();
        });
    }

    /** A derivation that runs a shell script, and is no other project's. */
    String job(String job, String script) {
        return NixRepository.job(job, ": " + name + "; " + script);
    }

    /** A member of a set: an aggregate. */
    String aggregate(String aggregate, String constituents) {
        return "  " + aggregate + " = " + job(aggregate, "echo ok > $out")
                + " // { _hydraAggregate = true; constituents = [ " + constituents + " ]; };\n";
    }

    /** An expression: a build that waits for a file, what needs it, and something that needs its name only. */
    String waiting(Path gate) {
        return "let slow = "
                + job("slow", "echo begun; while ! [ -e " + gate + " ]; do /bin/sleep 0.05; done; echo through > $out")
                + "; in { inherit slow; after = " + job("after", "/bin/cat ${slow} > $out") + "; last = "
                + job("last", "echo ${slow}; echo x > $out")
                + "; }";
    }

    /** Whether a process waits for the file. */
    static boolean waits(Path gate) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(gate.toString()));
    }
}
