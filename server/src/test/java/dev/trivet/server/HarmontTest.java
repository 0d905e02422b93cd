package dev.trivet.server;

import static dev.trivet.server.HarmontClient.pipelineOf;
import static dev.trivet.server.HarmontClient.step;
import static dev.trivet.server.HarmontClient.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.TestPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a client of Harmont sees (spec harmont sections 2 to 4), through the whole server with the sandbox that works here. */
class HarmontTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    static Path directory;

    private static TrivetServer server;
    private static HarmontClient client;
    private static String org;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        environment.put("TRIVET_SERVER_ALLOWED_URL_SCHEMES", "https,file");
        environment.put("TRIVET_RUNNER_SLOTS", "4");
        server = TrivetServer.start(Settings.read(Settings.Options.NONE, environment), Clock.systemUTC());
        client = new HarmontClient(server.address(), TOKEN);
        org = client.org();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void anUploadedTreeIsBuiltAsTheSdkDoes() throws Exception {
        String pipeline = client.pipeline(org, "smoke");
        byte[] tree = HarmontClient.archive(Map.of("hello.txt", "hello from the tree\n", "sub/x", "1"));
        String build = client.build(org, pipeline, pipelineOf(step("say", "cat hello.txt; pwd; id -un; ls")), tree);
        JsonNode ended = client.end(build);
        assertThat(ended.get("state").asString())
                .as(client.jobs(build).toString())
                .isEqualTo("passed");
        assertThat(ended.get("started_at").isNull()).isFalse();
        assertThat(ended.get("finished_at").isNull()).isFalse();
        JsonNode job = client.jobs(build).get("say");
        assertThat(job.get("exit_code").asInt()).isZero();
        List<HarmontClient.Event> events = client.log(build, job.get("id").asString(), "");
        assertThat(events)
                .extracting(HarmontClient.Event::name)
                .startsWith("history")
                .endsWith("done");
        assertThat(client.logText(build, job.get("id").asString()))
                .isEqualTo("hello from the tree\n/workspace\nroot\nhello.txt\nsource.tar.gz\nsub\n");
    }

    @Test
    void aChildBuildsInItsParentsFilesWithTheSourcesOnTop() throws Exception {
        String pipeline = client.pipeline(org, "fork");
        byte[] tree = HarmontClient.archive(Map.of("source.txt", "original\n"));
        ObjectNode ir = pipelineOf(
                step("deps", "echo made > made.txt; echo edited > source.txt; echo x > /etc/by-deps; export GONE=1"),
                step(
                        "one",
                        "cat made.txt source.txt /etc/by-deps; echo ${GONE-no}; touch /one; ls /two 2>&1 || true",
                        "deps"),
                step("two", "touch /two; ls /one 2>/dev/null || echo alone", "deps"));
        String build = client.build(org, pipeline, ir, tree);
        assertThat(client.end(build).get("state").asString())
                .as(client.jobs(build).toString())
                .isEqualTo("passed");
        Map<String, JsonNode> jobs = client.jobs(build);
        assertThat(client.logText(build, jobs.get("one").get("id").asString())).startsWith("made\noriginal\nx\nno\n");
        assertThat(client.logText(build, jobs.get("two").get("id").asString())).isEqualTo("alone\n");
        assertThat(jobs.get("one").get("depends_on").get(0))
                .isEqualTo(jobs.get("deps").get("id"));
    }

    @Test
    void aFailureSkipsItsDependentsAndOthersGoOn() throws Exception {
        String pipeline = client.pipeline(org, "diamond");
        String build = client.build(
                org,
                pipeline,
                pipelineOf(
                        step("a", "true"),
                        waiting(),
                        step("b", "exit 3"),
                        step("c", "true"),
                        waiting(),
                        step("d", "true")),
                null);
        assertThat(client.end(build).get("state").asString()).isEqualTo("failed");
        assertThat(client.states(build))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("a", "passed", "b", "failed", "c", "passed", "d", "skipped"));
        Map<String, JsonNode> jobs = client.jobs(build);
        assertThat(jobs.get("b").get("exit_code").asInt()).isEqualTo(3);
        assertThat(jobs.get("b").get("error_code").isNull()).isTrue();
        assertThat(jobs.get("d").get("started_at").isNull()).isTrue();
        assertThat(jobs.get("d").get("finished_at").isNull()).isFalse();
        assertThat(client.log(build, jobs.get("d").get("id").asString(), ""))
                .extracting(HarmontClient.Event::name)
                .containsExactly("history", "done");
    }

    @Test
    void policiesForgiveAndRepeat() throws Exception {
        String pipeline = client.pipeline(org, "policies");
        ObjectNode soft = step("soft", "exit 2");
        soft.putObject("soft_fail_policy").putArray("exit_codes").add(2);
        ObjectNode flaky = step("flaky", "echo try; exit 1");
        flaky.putObject("retry_policy").put("max_retries", 2).put("backoff", "none");
        String build = client.build(
                org,
                pipeline,
                pipelineOf(soft, step("after", "echo went on", "soft"), flaky),
                HarmontClient.archive(Map.of("f", "x")));
        assertThat(client.end(build).get("state").asString()).isEqualTo("failed");
        Map<String, JsonNode> jobs = client.jobs(build);
        assertThat(jobs.get("soft").get("state").asString()).isEqualTo("failed");
        assertThat(jobs.get("soft").get("soft_failed").asBoolean()).isTrue();
        assertThat(jobs.get("soft").get("exit_code").asInt()).isEqualTo(2);
        assertThat(jobs.get("soft")
                        .get("soft_fail_policy")
                        .get("exit_codes")
                        .get(0)
                        .asInt())
                .isEqualTo(2);
        assertThat(jobs.get("after").get("state").asString()).isEqualTo("passed");
        assertThat(client.logText(build, jobs.get("flaky").get("id").asString()))
                .isEqualTo("""
                        try
                        [trivet] the attempt before this one did not pass; attempt 2 starts from the beginning
                        try
                        [trivet] the attempt before this one did not pass; attempt 3 starts from the beginning
                        try
                        """);
    }

    @Test
    void aCacheHitPassesWithoutRunning() throws Exception {
        String pipeline = client.pipeline(org, "cached");
        ObjectNode deps = step("deps", "date +%N > stamp; echo ran");
        deps.putObject("cache").put("policy", "forever").put("key", "k".repeat(64));
        ObjectNode ir = pipelineOf(deps, step("use", "cat stamp", "deps"));
        String first = client.build(org, pipeline, ir, null);
        assertThat(client.end(first).get("state").asString())
                .as(client.jobs(first).toString())
                .isEqualTo("passed");
        String second = client.build(org, pipeline, ir, null);
        assertThat(client.end(second).get("state").asString()).isEqualTo("passed");
        JsonNode hit = client.jobs(second).get("deps");
        assertThat(hit.get("state").asString()).isEqualTo("passed");
        assertThat(hit.get("exit_code").isNull()).isTrue();
        assertThat(hit.get("started_at").isNull()).isTrue();
        assertThat(client.logText(second, hit.get("id").asString())).isEmpty();
        assertThat(client.logText(
                        second, client.jobs(second).get("use").get("id").asString()))
                .isEqualTo(client.logText(
                        first, client.jobs(first).get("use").get("id").asString()));
    }

    @Test
    void timesAreBounded() throws Exception {
        String pipeline = client.pipeline(org, "times");
        ObjectNode slow = step("slow", "echo begun; sleep 600");
        slow.put("timeout_seconds", 1);
        String one = client.build(org, pipeline, pipelineOf(slow, step("next", "true", "slow")), null);
        assertThat(client.end(one).get("state").asString()).isEqualTo("failed");
        assertThat(client.states(one)).containsEntry("slow", "timed_out").containsEntry("next", "skipped");
        assertThat(client.jobs(one).get("slow").get("error_code").isNull()).isTrue();
        ObjectNode ir = pipelineOf(step("a", "sleep 600"), waiting(), step("b", "true"));
        ir.put("timeout_seconds", 1);
        String whole = client.build(org, pipeline, ir, null);
        JsonNode ended = client.end(whole);
        assertThat(ended.get("state").asString()).isEqualTo("failed");
        assertThat(ended.get("error_code").asString()).isEqualTo("pipeline_timeout");
        assertThat(ended.get("error_message").asString()).contains("1 seconds");
        assertThat(client.states(whole)).containsEntry("a", "timed_out").containsEntry("b", "timed_out");
        assertThat(client.jobs(whole).get("b").get("error_code").asString()).isEqualTo("pipeline_timeout");
    }

    @Test
    void aBuildIsCanceledOnceAndForAll() throws Exception {
        String pipeline = client.pipeline(org, "cancel");
        String build = client.build(
                org, pipeline, pipelineOf(step("a", "echo up; sleep 600"), waiting(), step("b", "true")), null);
        String job = client.jobs(build).get("a").get("id").asString();
        while (!client.states(build).get("a").equals("running")) {
            Thread.sleep(20);
        }
        JsonNode canceling = client.send("PUT", build + "/cancel", null).json();
        assertThat(canceling.get("state").asString()).isIn("canceling", "canceled");
        assertThat(client.end(build).get("state").asString()).isEqualTo("canceled");
        assertThat(client.states(build)).containsEntry("a", "canceled").containsEntry("b", "canceled");
        assertThat(client.log(build, job, "").getLast().name()).isEqualTo("done");
        JsonNode again = client.send("PUT", build + "/cancel", null).json();
        assertThat(again.get("state").asString()).isEqualTo("canceled");
        String passed = client.build(org, pipeline, pipelineOf(step("a", "true")), null);
        client.end(passed);
        assertThat(client.send("PUT", passed + "/cancel", null)
                        .json()
                        .get("state")
                        .asString())
                .isEqualTo("passed");
    }

    @Test
    void aLogIsFollowedAndResumed() throws Exception {
        String pipeline = client.pipeline(org, "logs");
        String build = client.build(
                org,
                pipeline,
                pipelineOf(step("count", "for i in 1 2 3 4 5 6; do echo line $i; sleep 0.1; done; printf end")),
                null);
        String job = client.jobs(build).get("count").get("id").asString();
        StringBuilder live = new StringBuilder();
        long last = 0;
        for (HarmontClient.Event event : client.log(build, job, "")) {
            if (event.name().equals("history")) {
                assertThat(event.id()).isNull();
                for (JsonNode chunk : event.data().get("chunks")) {
                    assertThat(chunk.get("seq").asLong()).isEqualTo(++last);
                    live.append(chunk.get("content").asString());
                }
            } else if (event.name().equals("chunk")) {
                assertThat(Long.parseLong(event.id())).isEqualTo(++last);
                live.append(event.data().get("content").asString());
            }
        }
        assertThat(live.toString()).isEqualTo("line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nend");
        client.end(build);
        JsonNode rest =
                client.log(build, job, "&last_event_id=5").getFirst().data().get("chunks");
        assertThat(rest.size()).isEqualTo(2);
        assertThat(rest.get(0).get("seq").asInt()).isEqualTo(6);
        assertThat(rest.get(1).get("content").asString()).isEqualTo("end");
    }

    @Test
    void artifactsAreListedAndDownloaded() throws Exception {
        String pipeline = client.pipeline(org, "artifacts");
        ObjectNode make = step("make", "mkdir dist; echo content > dist/app.txt");
        make.putArray("artifacts").add("dist/app.txt");
        String build = client.build(org, pipeline, pipelineOf(make), null);
        assertThat(client.end(build).get("state").asString())
                .as(client.jobs(build).toString())
                .isEqualTo("passed");
        String job = build + "/jobs/" + client.jobs(build).get("make").get("id").asString();
        JsonNode artifact = client.get(job + "/artifacts").json().get("data").get(0);
        assertThat(artifact.get("path").asString()).isEqualTo("dist/app.txt");
        assertThat(artifact.get("file_size").asInt()).isEqualTo(8);
        var linked = client.download(artifact.get("download_url").asString());
        assertThat(new String(linked.body(), StandardCharsets.UTF_8)).isEqualTo("content\n");
        assertThat(linked.headers().firstValue("content-disposition").orElse(""))
                .startsWith("attachment");
        var direct = client.download(
                "/api/v0" + job + "/artifacts/" + artifact.get("id").asString() + "/download");
        assertThat(new String(direct.body(), StandardCharsets.UTF_8)).isEqualTo("content\n");
        assertThat(client.download(artifact.get("download_url").asString().replaceFirst("token=.", "token=x"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aRejectedPipelineLeavesAFailedBuild() throws Exception {
        String pipeline = client.pipeline(org, "rejected");
        String builds = "/organizations/" + org + "/pipelines/" + pipeline + "/builds";
        HarmontClient.Answer answer = client.post(
                builds, Map.of("branch", "m", "commit", "c", "pipeline_ir", "{\"version\":\"1\",\"steps\":[]}"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("build_plan_rejected");
        assertThat(answer.json().at("/error/message").asString()).startsWith("The pipeline IR was rejected: ");
        JsonNode failed = client.get(builds + "/1").json();
        assertThat(failed.get("state").asString()).isEqualTo("failed");
        assertThat(failed.get("error_code").asString()).isEqualTo("bad_version");
        assertThat(failed.get("finished_at").isNull()).isFalse();
        assertThat(client.get(builds + "/1/jobs").json().get("data").isEmpty()).isTrue();
        HarmontClient.Answer archive =
                client.post(builds, Map.of("branch", "m", "pipeline_ir", "{}", "source_b64", "not base64!"));
        assertThat(archive.status()).isEqualTo(422);
        assertThat(archive.code()).isEqualTo("build_invalid");
        assertThat(client.get(builds).json().get("data").size()).isEqualTo(1);
    }

    @Test
    void aPipelineIsRenderedFromItsSources() throws Exception {
        String pipeline = client.pipeline(org, "rendered");
        String builds = "/organizations/" + org + "/pipelines/" + pipeline + "/builds";
        String ir = pipelineOf(step("say", "cat note.txt")).toString();
        byte[] tree = HarmontClient.archive(Map.of(".hm/rendered.json", ir, "note.txt", "from the tree\n"));
        HarmontClient.Answer made = client.post(
                builds,
                Map.of(
                        "branch",
                        "m",
                        "source_b64",
                        java.util.Base64.getEncoder().encodeToString(tree)));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        String build = builds + "/" + made.json().get("number").asInt();
        assertThat(client.end(build).get("state").asString()).isEqualTo("passed");
        assertThat(client.logText(build, client.jobs(build).get("say").get("id").asString()))
                .isEqualTo("from the tree\n");
        byte[] nothing = HarmontClient.archive(Map.of("note.txt", "x"));
        HarmontClient.Answer refused = client.post(
                builds, Map.of("source_b64", java.util.Base64.getEncoder().encodeToString(nothing)));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/error/message").asString()).contains("no .hm directory");
        assertThat(client.get(builds).json().at("/data/0/error_code").asString())
                .isEqualTo("render_failed");
    }

    @Test
    void tenThousandJobsAreAcceptedBegunAndCanceled() throws Exception {
        String pipeline = client.pipeline(org, "large");
        ObjectNode ir = HarmontClient.JSON.createObjectNode().put("version", "0");
        var nodes = ir.putObject("graph").putArray("nodes");
        var edges = ir.withObject("graph").putArray("edges");
        for (int number = 0; number < 10_000; number++) {
            nodes.addObject().putObject("step").put("key", "job-" + number).put("cmd", "true");
            if (number >= 100) {
                edges.addArray().add(number - 100).add(number).add("depends_on");
            }
        }
        String build = client.build(org, pipeline, ir, null);
        while (client.get(build).json().get("started_at").isNull()) {
            Thread.sleep(5);
        }
        assertThat(client.get(build + "/jobs").json().get("data").size()).isEqualTo(10_000);
        client.send("PUT", build + "/cancel", null);
        assertThat(client.end(build).get("state").asString()).isEqualTo("canceled");
    }

    @Test
    void withoutSourcesTheRepositoryIsClonedAndBuilt() throws Exception {
        Path repository =
                Files.createDirectories(directory.resolve("repository/.hm")).getParent();
        Files.writeString(
                repository.resolve(".hm/cloned.json"),
                pipelineOf(step("say", "cat note.txt; test ! -e .git")).toString());
        Files.writeString(repository.resolve("note.txt"), "from the clone\n");
        git(repository, "init", "-q", "-b", "main");
        git(repository, "add", ".");
        git(repository, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first");
        HarmontClient.Answer made = client.post(
                "/organizations/" + org + "/pipelines",
                Map.of("name", "cloned", "repository", "file://" + repository, "default_branch", "main"));
        String builds = "/organizations/" + org + "/pipelines/"
                + made.json().get("slug").asString() + "/builds";
        HarmontClient.Answer created = client.post(builds, Map.of("branch", "main"));
        assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
        String build = builds + "/1";
        assertThat(client.end(build).get("state").asString())
                .as(client.jobs(build).toString())
                .isEqualTo("passed");
        assertThat(client.logText(build, client.jobs(build).get("say").get("id").asString()))
                .isEqualTo("from the clone\n");
        HarmontClient.Answer unknown = client.post(builds, Map.of("branch", "nothing"));
        assertThat(unknown.code()).isEqualTo("build_plan_rejected");
        assertThat(client.post(builds, Map.of("branch", "--upload-pack=x")).code())
                .isEqualTo("build_plan_rejected");
    }

    private static void git(Path repository, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
