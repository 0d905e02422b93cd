package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Spec section 3.2: job groups. */
class GroupsApiTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(MigrationSet.ENGINE, JobStore.MIGRATIONS);

    @TempDir
    static Path directory;

    static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(DATABASE.database(), directory);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aGroupIsMadeStartedAndCancelled() throws Exception {
        int one = pending("alice-token");
        int two = pending("alice-token");

        var made = server.post(
                "alice-token", "/api/job-group", "{\"jobs\": [%d, %d], \"note\": \"both\"}".formatted(two, one));
        assertThat(made.status()).isEqualTo(200);
        int id = made.json().get("id").intValue();
        assertThat(made.text()).isEqualTo(group(id, "\"both\"", one, two, "pending"));
        assertThat(server.get("alice-token", "/api/job-group/" + id).text()).isEqualTo(made.text());

        assertThat(server.post("alice-token", "/api/job-group/" + id + "/start", "")
                        .text())
                .isEqualTo(group(id, "\"both\"", one, two, "queued"));
        assertThat(server.post("alice-token", "/api/job-group/" + id + "/start", "")
                        .status())
                .isEqualTo(200);
        assertThat(server.post("alice-token", "/api/job-group/" + id + "/cancel", "")
                        .text())
                .isEqualTo(group(id, "\"both\"", one, two, "cancelled"));
    }

    @Test
    void executeStartsAtOnce() throws Exception {
        int one = pending("alice-token");
        int two = pending("alice-token");

        var made = server.post(
                "alice-token", "/api/job-group", "{\"jobs\": [%d, %d], \"execute\": true}".formatted(one, two));

        assertThat(made.text()).isEqualTo(group(made.json().get("id").intValue(), "null", one, two, "queued"));
    }

    @Test
    void onlyOwnPendingUngroupedJobsCanBeGrouped() throws Exception {
        int good = pending("alice-token");
        int foreign = pending("bob-token");
        int queued = server.submit("alice-token", "");
        int grouped = pending("alice-token");
        server.post("alice-token", "/api/job-group", "{\"jobs\": [" + grouped + "]}");

        assertRefused(good, foreign, "job " + foreign + " is not one of your jobs");
        assertRefused(good, 999_999, "job 999999 is not one of your jobs");
        assertRefused(good, queued, "job " + queued + " is queued, but only pending jobs can be grouped");
        assertRefused(good, grouped, "job " + grouped + " is in a group already");
        assertThat(server.job(good).groupId()).as("nothing has changed").isNull();
    }

    private static void assertRefused(int good, int bad, String reason) throws Exception {
        var answer = server.post("alice-token", "/api/job-group", "{\"jobs\": [%d, %d]}".formatted(good, bad));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"errors\":[{\"field\":\"jobs\",\"reason\":\"" + reason + "\"}]}");
    }

    @Test
    void wrongFieldsAreTold() throws Exception {
        for (var refusal : List.of(
                List.of("{}", "jobs is required"),
                List.of("{\"jobs\": 5}", "jobs should be a list"),
                List.of("{\"jobs\": [\"a\"]}", "jobs should be a list of int"),
                List.of("{\"jobs\": [99999999999]}", "jobs should be a list of int"),
                List.of("{\"jobs\": []}", "jobs should name at least one job"))) {
            var answer = server.post("alice-token", "/api/job-group", refusal.get(0));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().get("errors").get(0).get("reason").stringValue())
                    .isEqualTo(refusal.get(1));
        }
    }

    @Test
    void groupsOfOthersDoNotExist() throws Exception {
        int job = pending("alice-token");
        int id = server.post("alice-token", "/api/job-group", "{\"jobs\": [" + job + "]}")
                .json()
                .get("id")
                .intValue();

        for (String group : List.of(Integer.toString(id), "999999", "99999999999999", "abc")) {
            for (var answer : List.of(
                    server.get("bob-token", "/api/job-group/" + group),
                    server.post("bob-token", "/api/job-group/" + group + "/start", ""),
                    server.post("bob-token", "/api/job-group/" + group + "/cancel", ""))) {
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.text()).isEqualTo("{}");
            }
        }
        assertThat(server.job(job).status()).isEqualTo(JobStatus.PENDING);
    }

    private static int pending(String token) throws Exception {
        return server.submit(token, "\"execute\": false");
    }

    private static String group(int id, String note, int one, int two, String status) {
        return """
                {"id":%d,"note":%s,"owner":{"canonical_name":"~alice","name":"alice"},"jobs":[{"id":%d,"status":"%s"},{"id":%d,"status":"%s"}]}""".formatted(id, note, one, status, two, status);
    }
}
