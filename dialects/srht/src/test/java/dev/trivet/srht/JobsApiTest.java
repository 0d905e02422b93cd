package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.Lease;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Spec section 3, over real HTTP: jobs and their life. */
class JobsApiTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(MigrationSet.ENGINE, JobStore.MIGRATIONS);

    @TempDir
    static Path directory;

    static TestServer server;
    static TestRunner runner;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(DATABASE.database(), directory);
        runner = new TestRunner(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void submittingAnswersWithTheWholeJob() throws Exception {
        var answer = server.post("alice-token", "/api/jobs", """
                {"manifest": %s, "note": "a *note*", "tags": ["app", "Main", "v1:x"], "unknown": 1}""".formatted(TestServer.quoted(TestServer.MANIFEST)));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        int id = answer.json().get("id").intValue();
        assertThat(answer.json().toString()).isEqualTo("""
                {"id":%d,"status":"queued","setup_log":null,"tasks":[{"name":"one","status":"pending","log":null},\
                {"name":"two","status":"pending","log":null}],"note":"a *note*","runner":null,"tags":"app/Main/v1:x",\
                "owner":{"canonical_name":"~alice","name":"alice"}}""".formatted(id));
        assertThat(server.get("alice-token", "/api/jobs/" + id).json()).isEqualTo(answer.json());
        assertThat(server.get("alice-token", "/api/jobs/" + id + "/").json())
                .as("slash at the end")
                .isEqualTo(answer.json());
    }

    @Test
    void theManifestComesBackAsItWasSubmittedWithoutACredential() throws Exception {
        String manifest = "# comment\r\nimage: x\n\n\ntasks: [{a: 'ä'}]   \nunknown: 1";
        int id = server.submit("alice-token", manifest, "");

        var answer = server.get("", "/api/jobs/" + id + "/manifest");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
        assertThat(answer.text()).isEqualTo(manifest);
    }

    @Test
    void aJobGoesItsWayToSuccess() throws Exception {
        int id = server.submit("alice-token", "\"tags\": []");
        Lease lease = runner.start(server.job(id));
        runner.step(lease, 0, StepState.PASSED);
        runner.step(lease, 1, StepState.RUNNING);

        JsonNode running = server.get("alice-token", "/api/jobs/" + id).json();
        assertThat(running.get("status").stringValue()).isEqualTo("running");
        assertThat(running.get("runner").stringValue()).isEqualTo("runner-1");
        assertThat(running.get("tags").isNull()).isTrue();
        assertThat(running.get("note").isNull()).isTrue();
        assertThat(running.get("setup_log").stringValue()).isEqualTo(TestServer.ORIGIN + "/logs/" + id + "/log");
        assertThat(running.get("tasks").toString()).isEqualTo("""
                [{"name":"one","status":"running","log":"https://ci.example.org/logs/%1$d/one/log"},\
                {"name":"two","status":"pending","log":"https://ci.example.org/logs/%1$d/two/log"}]""".formatted(id));

        runner.step(lease, 1, StepState.PASSED);
        runner.step(lease, 2, StepState.SKIPPED);
        runner.finish(lease, JobEvent.PASS);
        assertThat(statuses(id)).containsExactly("success", "success", "skipped");
    }

    @Test
    void afterAFailureLaterTasksStayPending() throws Exception {
        int id = server.submit("alice-token", "");
        Lease lease = runner.start(server.job(id));
        runner.step(lease, 1, StepState.RUNNING);
        runner.step(lease, 1, StepState.FAILED);
        runner.finish(lease, JobEvent.FAIL);

        assertThat(statuses(id)).containsExactly("failed", "failed", "pending");
    }

    @Test
    void aTimeOutAndACancelEndTheTaskThatRan() throws Exception {
        int late = server.submit("alice-token", "");
        Lease lease = runner.start(server.job(late));
        runner.step(lease, 1, StepState.RUNNING);
        runner.finish(lease, JobEvent.TIME_OUT);
        assertThat(statuses(late)).containsExactly("timeout", "failed", "pending");

        int cancelled = server.submit("alice-token", "");
        Lease other = runner.start(server.job(cancelled));
        runner.step(other, 1, StepState.RUNNING);
        assertThat(server.post("alice-token", "/api/jobs/" + cancelled + "/cancel", "")
                        .text())
                .isEqualTo("{}");
        runner.finish(other, JobEvent.CANCEL);
        assertThat(statuses(cancelled)).containsExactly("cancelled", "failed", "pending");
    }

    @Test
    void aPendingJobIsStartedOnce() throws Exception {
        int id = server.submit("alice-token", "\"execute\": false");
        assertThat(statuses(id).getFirst()).isEqualTo("pending");

        var started = server.post("alice-token", "/api/jobs/" + id + "/start", "");
        assertThat(started.status()).isEqualTo(200);
        assertThat(started.text()).isEqualTo("{}");
        assertThat(statuses(id).getFirst()).isEqualTo("queued");

        assertRefused(id, "This job is already queued");
        Lease lease = runner.start(server.job(id));
        assertRefused(id, "This job is already running");
        runner.finish(lease, JobEvent.PASS);
        assertRefused(id, "This job is already complete");
    }

    private static void assertRefused(int id, String reason) throws Exception {
        var answer = server.post("alice-token", "/api/jobs/" + id + "/start", "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"errors\":[{\"reason\":\"" + reason + "\"}]}");
    }

    @Test
    void pendingAndQueuedJobsCanBeCancelledAndEndedOnesStay() throws Exception {
        int pending = server.submit("alice-token", "\"execute\": false");
        int queued = server.submit("alice-token", "");
        for (int id : List.of(pending, queued, queued)) {
            var answer = server.post("alice-token", "/api/jobs/" + id + "/cancel", "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{}");
            assertThat(statuses(id).getFirst()).isEqualTo("cancelled");
        }
        int passed = server.submit("alice-token", "");
        runner.finish(runner.start(server.job(passed)), JobEvent.PASS);
        assertThat(server.post("alice-token", "/api/jobs/" + passed + "/cancel", "")
                        .text())
                .isEqualTo("{}");
        assertThat(statuses(passed).getFirst()).isEqualTo("success");
    }

    @Test
    void ownJobsComeInPagesOfFiftyNewestFirst() throws Exception {
        List<Integer> submitted = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            submitted.addFirst(server.submit("carol-token", "\"execute\": false"));
        }
        server.submit("bob-token", "\"execute\": false");

        List<Integer> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String query = "";
        for (int pages = 0; pages < 5; pages++) {
            JsonNode page = server.get("carol-token", "/api/jobs" + query).json();
            assertThat(page.get("total").intValue()).isEqualTo(101);
            assertThat(page.get("results_per_page").intValue()).isEqualTo(50);
            sizes.add(page.get("results").size());
            page.get("results").forEach(job -> {
                seen.add(job.get("id").intValue());
                assertThat(job.propertyNames())
                        .containsExactly("id", "status", "setup_log", "tasks", "note", "runner", "tags", "owner");
                assertThat(job.get("tasks")).hasSize(2);
            });
            if (page.get("next").isNull()) {
                break;
            }
            assertThat(page.get("next").isString()).isTrue();
            query = "?start=" + page.get("next").stringValue();
        }

        assertThat(sizes).containsExactly(50, 50, 1);
        assertThat(seen).isEqualTo(submitted);
        assertThat(server.get("carol-token", "/api/jobs?start=abc").status()).isEqualTo(400);
        assertThat(server.get("carol-token", "/api/jobs?start=0").json().get("results"))
                .isEmpty();
    }

    @Test
    void aListWithoutJobsIsAnEmptyPage() throws Exception {
        assertThat(server.get("admin-token", "/api/jobs").text())
                .isEqualTo("{\"next\":null,\"results\":[],\"total\":0,\"results_per_page\":50}");
    }

    @Test
    void unknownAndImpossibleIdsAnswer404() throws Exception {
        for (String id :
                List.of("2147483647", "99999999999999999", "0", "-1", "abc", "1.5", "999999999999999999999999")) {
            for (String rest : List.of("", "/artifacts", "/manifest")) {
                var answer = server.get("alice-token", "/api/jobs/" + id + rest);
                assertThat(answer.status()).as(id + rest).isEqualTo(404);
                assertThat(answer.text()).isEqualTo("{\"errors\":[{\"reason\":\"404 not found\"}]}");
            }
            assertThat(server.post("alice-token", "/api/jobs/" + id + "/start", "")
                            .status())
                    .isEqualTo(404);
            assertThat(server.post("alice-token", "/api/jobs/" + id + "/cancel", "")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(server.get("alice-token", "/api/nothing").text()).startsWith("{\"errors\":[{\"reason\":");
    }

    @Test
    void aBodyOnGetIsIgnored() throws Exception {
        int id = server.submit("alice-token", "\"execute\": false");
        var request = java.net.http.HttpRequest.newBuilder(server.uri("/api/jobs/" + id))
                .method("GET", java.net.http.HttpRequest.BodyPublishers.ofString("\"\""));

        assertThat(server.send("alice-token", request, "Content-Type", "application/json")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void bearerIsAsGoodAsToken() throws Exception {
        var request = java.net.http.HttpRequest.newBuilder(server.uri("/api/jobs"))
                .header("Authorization", "Bearer alice-token");

        assertThat(server.send("", request).status()).isEqualTo(200);
    }

    @Test
    void theListenerKeepsWhenAJobChanged() throws Exception {
        var listener = new SrhtListener(server.jobs);
        int id = server.submit("alice-token", "");
        Lease lease = runner.start(server.job(id));
        runner.finish(lease, JobEvent.PASS);
        listener.listenTo(server.engine.events());

        long end = System.nanoTime() + 20_000_000_000L;
        while (!server.job(id).updated().isAfter(server.job(id).created()) && System.nanoTime() < end) {
            Thread.onSpinWait();
            Thread.sleep(5);
        }
        assertThat(server.job(id).updated()).isAfter(server.job(id).created());
    }

    /** The job's status, then those of its tasks. */
    private static List<String> statuses(int id) throws Exception {
        JsonNode job = server.get("alice-token", "/api/jobs/" + id).json();
        List<String> statuses = new ArrayList<>(List.of(job.get("status").stringValue()));
        StreamSupport.stream(job.get("tasks").spliterator(), false)
                .map(task -> task.get("status").stringValue())
                .forEach(statuses::add);
        return statuses;
    }
}
