package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What broke, by whose change, why, and how to see it elsewhere, with real git and nix (docs/reports.md). */
class CircusReportTest {
    @TempDir
    Path directory;

    private NixRepository repository;
    private CircusServer server;
    private String jobset;

    @BeforeEach
    void start() throws Exception {
        repository = new NixRepository(directory);
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_RUNNER_SLOTS", "2");
        server = new CircusServer(directory, environment);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void jobset(Map<String, Object> body, Map<String, String> input) throws Exception {
        CircusClient admin = server.admin();
        String project = ok(admin.post("projects", Map.of("name", "p", "repository_url", repository.url())))
                .get("id")
                .asString();
        Map<String, Object> whole = new HashMap<>(Map.of("name", "main", "check_interval", 10));
        whole.putAll(body);
        whole.put("enabled", input.isEmpty());
        jobset = ok(admin.post("projects/" + project + "/jobsets", whole))
                .get("id")
                .asString();
        if (!input.isEmpty()) {
            ok(admin.post("projects/" + project + "/jobsets/" + jobset + "/inputs", input));
            ok(admin.put("projects/" + project + "/jobsets/" + jobset, Map.of("enabled", true)));
        }
    }

    private String push(String author, String subject, String file, String text) throws Exception {
        Files.writeString(repository.path().resolve(file), text);
        repository.git("add", "-A");
        repository.git("-c", "user.name=" + author, "-c", "user.email=x@example.org", "commit", "-q", "-m", subject);
        return repository.git("rev-parse", "HEAD");
    }

    /** Asks for an evaluation of the commit, and waits until it and all its builds are over; answers its id. */
    private String evaluated(String commit) throws Exception {
        server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", commit));
        return Eventually.await(
                "commit " + commit + " to be evaluated and built",
                () -> {
                    for (JsonNode evaluation : ok(server.admin().get("evaluations?jobset_id=" + jobset))
                            .get("items")) {
                        String id = evaluation.get("id").asString();
                        boolean over = !Set.of("pending", "running")
                                .contains(evaluation.get("status").asString());
                        if (evaluation.get("commit_hash").asString().equals(commit)
                                && over
                                && server.statuses(id).values().stream()
                                        .noneMatch(Set.of("pending", "running")::contains)) {
                            return Optional.of(id);
                        }
                    }
                    return Optional.empty();
                },
                () -> server.admin().get("evaluations").body());
    }

    private static String release(String lib, String more) {
        String inner = NixRepository.job("inner", lib);
        return "{ word ? \"none\" }: let lib = " + NixRepository.job("lib", lib) + "; inner = " + inner + "; in {\n"
                + "inherit lib;\n"
                + "fine = " + NixRepository.job("fine", "echo ${word} > $out") + ";\n"
                + "app = " + NixRepository.job("app", "/bin/cat ${lib} > $out") + ";\n"
                + "nested = " + NixRepository.job("nested", "/bin/cat ${inner} > $out") + ";\n" + more + "}\n";
    }

    private JsonNode report(String evaluation) throws Exception {
        return ok(server.anonymous().get("evaluations/" + evaluation + "/report"));
    }

    private static Map<String, JsonNode> named(JsonNode jobs) {
        Map<String, JsonNode> named = new HashMap<>();
        jobs.forEach(job -> named.put(job.get("job_name").asString(), job));
        return named;
    }

    @Test
    void theReportNamesWhoBrokeItAndWhatFailedFirst() throws Exception {
        jobset(
                Map.of("nix_expression", "release.nix", "flake_mode", false),
                Map.of("name", "word", "input_type", "string", "value", "two words"));
        String gone = "gone = " + NixRepository.job("gone", "echo gone > $out") + ";\n";
        String a = push("Anna", "Begin", "release.nix", release("echo good > $out", gone));
        String first = evaluated(a);
        JsonNode green = report(first);
        assertThat(green.get("totals").get("green").asInt()).isEqualTo(5);
        assertThat(green.get("compared_with").isNull()).isTrue();

        String b = push("Berta", "Break the library", "release.nix", release("echo lib is broken; exit 3", gone));
        String second = evaluated(b);
        JsonNode broken = report(second);
        assertThat(broken.get("totals").get("newly_broken").asInt())
                .as(broken.toString())
                .isEqualTo(3);
        assertThat(broken.get("totals").get("green").asInt()).isEqualTo(2);
        assertThat(broken.get("last_green").get("evaluation_id").asString()).isEqualTo(first);

        String c = push("Carla", "Write a word", "README", "read me\n");
        JsonNode still = report(evaluated(c));
        assertThat(still.get("totals").get("newly_broken").asInt()).isZero();
        assertThat(still.get("totals").get("still_broken").asInt()).isEqualTo(3);
        Map<String, JsonNode> jobs = named(still.get("still_broken"));
        assertThat(jobs.keySet()).containsExactlyInAnyOrder("lib", "app", "nested");
        for (JsonNode job : jobs.values()) {
            assertThat(job.get("last_green").get("commit_hash").asString()).isEqualTo(a);
            assertThat(job.get("broken_since").get("commit_hash").asString()).isEqualTo(b);
            JsonNode range = still.get("ranges").get(job.get("range").asInt());
            assertThat(range.get("known").asBoolean()).as(range.toString()).isTrue();
            assertThat(range.get("total").asInt()).isEqualTo(1);
            JsonNode commit = range.get("commits").get(0);
            assertThat(commit.get("commit").asString()).isEqualTo(b);
            assertThat(commit.get("author").asString()).isEqualTo("Berta");
            assertThat(commit.get("subject").asString()).isEqualTo("Break the library");
        }
        JsonNode root = jobs.get("app").get("root");
        assertThat(root.get("job_name").asString()).as(root.toString()).isEqualTo("lib");
        assertThat(root.get("is_job").asBoolean()).isTrue();
        assertThat(root.get("log_tail").get("lines").toString()).contains("lib is broken");
        assertThat(server.anonymous()
                        .get(root.get("log_url").asString().substring("/api/v1/".length()))
                        .body())
                .contains("lib is broken");
        assertThat(jobs.get("nested").get("root").get("drv_path").asString()).endsWith("-inner.drv");
        JsonNode since = still.get("ranges").get(still.get("since_last_green").asInt());
        assertThat(since.get("total").asInt()).isEqualTo(2);

        String d = push("Dora", "Mend it", "release.nix", release("echo better > $out", ""));
        JsonNode fixed = report(evaluated(d));
        assertThat(named(fixed.get("fixed")).keySet()).containsExactlyInAnyOrder("lib", "app", "nested");
        assertThat(named(fixed.get("removed")).keySet()).containsExactly("gone");
        assertThat(fixed.get("totals").get("still_broken").asInt()).isZero();

        reproduceExpression(second, b);
        refused(server.anonymous().get("evaluations/" + first + "/report?limit=0"), 400, "VALIDATION_ERROR");
    }

    private String buildOf(String evaluation, String name) throws Exception {
        for (JsonNode build :
                ok(server.admin().get("builds?evaluation_id=" + evaluation)).get("items")) {
            if (build.get("job_name").asString().equals(name)) {
                return build.get("id").asString();
            }
        }
        throw new AssertionError("no build " + name);
    }

    private void reproduceExpression(String evaluation, String commit) throws Exception {
        String fine = server.anonymous()
                .get("builds/" + buildOf(evaluation, "fine") + "/reproduce?format=text")
                .body();
        assertThat(fine).contains(commit);
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        assertThat(run(elsewhere, elsewhere, List.of("sh", "-ec", fine)))
                .as(fine)
                .isZero();
        assertThat(elsewhere.resolve("result")).hasContent("two words\n");
        JsonNode lib = ok(server.anonymous().get("builds/" + buildOf(evaluation, "lib") + "/reproduce"));
        Path broken = Files.createDirectory(directory.resolve("broken"));
        List<List<String>> commands = new ArrayList<>();
        lib.get("from_source").forEach(command -> commands.add(argv(command)));
        for (int i = 0; i < commands.size(); i++) {
            assertThat(run(elsewhere, broken, commands.get(i)) == 0)
                    .as("%s", commands.get(i))
                    .isEqualTo(i < commands.size() - 1);
        }
        JsonNode good = ok(server.anonymous().get("builds/" + buildOf(evaluation, "fine") + "/reproduce"));
        assertThat(run(directory, elsewhere, argv(good.get("derivation")))).isZero();
    }

    @Test
    void aFlakesJobIsBuiltElsewhere() throws Exception {
        jobset(Map.of("nix_expression", "hydraJobs", "flake_mode", true), Map.of());
        String commit = push(
                "Anna",
                "Begin",
                "flake.nix",
                "{ outputs = { self }: { hydraJobs.fine = " + NixRepository.job("fine", "echo fine > $out") + "; }; }");
        String evaluation = evaluated(commit);
        assertThat(server.statuses(evaluation)).containsEntry("fine", "succeeded");
        push("Berta", "Go on", "README", "more\n");
        JsonNode answer = ok(server.anonymous().get("builds/" + buildOf(evaluation, "fine") + "/reproduce"));
        assertThat(answer.get("kind").asString()).isEqualTo("flake");
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        assertThat(run(elsewhere, elsewhere, argv(answer.get("from_source").get(0))))
                .as(answer.toString())
                .isZero();
        assertThat(elsewhere.resolve("result")).hasContent("fine\n");
    }

    private static List<String> argv(JsonNode command) {
        return command.get("argv").valueStream().map(JsonNode::asString).toList();
    }

    /** Runs a program with the Nix store below a folder. */
    private int run(Path stores, Path folder, List<String> command) throws Exception {
        var program = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        for (String name : List.of("STORE", "STATE", "LOG")) {
            program.environment()
                    .put(
                            "NIX_" + name + "_DIR",
                            stores.toRealPath().resolve(name).toString());
        }
        program.environment()
                .put("NIX_CONF_DIR", directory.toRealPath().resolve("conf").toString());
        program.environment().put("NIX_CONFIG", "sandbox = false");
        program.environment()
                .put("HOME", Files.createDirectories(directory.resolve("home")).toString());
        Process process = program.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            System.out.println(command + " said: " + said);
        }
        return code;
    }

    @Test
    void aLargeEvaluationIsReportedWithinBounds() throws Exception {
        CircusRows.insertInto(server);
        server.sql(handle -> handle.createScript("""
                        insert into circus.builds (evaluation_id, job_name, drv_path, status)
                        select '00000000-0000-0000-0002-00000000000a', 'job' || n, '/nix/store/a' || n || '.drv', 'succeeded'
                        from generate_series(1, 50000) n;
                        insert into circus.builds (evaluation_id, job_name, drv_path, status)
                        select '00000000-0000-0000-0002-00000000000b', 'job' || n, '/nix/store/b' || n || '.drv',
                            case when n = 1 then 'failed' when n <= 20000 then 'dependency_failed' else 'succeeded' end
                        from generate_series(1, 50000) n;
                        insert into circus.build_dependencies (build_id, dependency_build_id)
                        select b.id, a.id from circus.builds a, circus.builds b
                        where a.evaluation_id = b.evaluation_id and a.status = 'failed' and a.job_name = 'job1'
                          and b.status = 'dependency_failed';
                        analyze circus.builds; analyze circus.build_dependencies;
                        """).execute());
        long begun = System.nanoTime();
        var answer = server.anonymous().get("evaluations/00000000-0000-0000-0002-00000000000b/report?limit=200");
        System.out.println("a report of 50,000 builds took " + (System.nanoTime() - begun) / 1_000_000 + " ms, "
                + answer.body().length() + " characters");
        JsonNode report = ok(answer);
        // 'hello' of the rows that were there broke, too.
        assertThat(report.get("totals").get("newly_broken").asInt()).isEqualTo(20_001);
        assertThat(report.get("newly_broken").size()).isEqualTo(200);
        assertThat(named(report.get("newly_broken"))
                        .get("job10")
                        .get("root")
                        .get("job_name")
                        .asString())
                .isEqualTo("job1");
        assertThat(answer.body().length()).isLessThan(400_000);
        assertThat(report.get("ranges").get(0).get("known").asBoolean()).isFalse();
    }
}
