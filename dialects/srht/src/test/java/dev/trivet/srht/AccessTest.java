package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.state.JobEvent;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Spec sections 1 and 3.1: scopes, and access lists that are really enforced. */
class AccessTest {
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
    void everyEndpointAsksForItsScope() throws Exception {
        int id = server.submit("alice-token", "\"execute\": false");
        for (String path :
                List.of("/api/jobs", "/api/jobs/" + id, "/api/jobs/" + id + "/artifacts", "/api/job-group/1")) {
            assertThat(server.get("", path).status()).as(path).isEqualTo(401);
            assertThat(server.get("nobody", path).status()).as(path).isEqualTo(401);
            assertThat(server.get("alice-read", path).status()).as(path).isIn(200, 404);
            assertThat(server.get("alice-write", path).status()).as(path).isIn(200, 404);
        }
        for (String path : List.of(
                "/api/jobs",
                "/api/jobs/" + id + "/start",
                "/api/jobs/" + id + "/cancel",
                "/api/job-group",
                "/api/job-group/1/start",
                "/api/job-group/1/cancel")) {
            assertThat(server.post("", path, "{}").status()).as(path).isEqualTo(401);
            var refused = server.post("alice-read", path, "{}");
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.json().get("errors").get(0).get("reason").stringValue())
                    .contains("jobs:write");
            assertThat(server.post("alice-write", path, "{}").status()).as(path).isIn(200, 400, 404);
        }
    }

    @Test
    void othersSeeAJobButDoNotTouchIt() throws Exception {
        int id = server.submit("alice-token", "\"execute\": false");

        assertThat(server.get("bob-token", "/api/jobs/" + id).status()).isEqualTo(200);
        for (String action : List.of("start", "cancel")) {
            var answer = server.post("bob-token", "/api/jobs/" + id + "/" + action, "");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text()).isEqualTo("{\"errors\":[{\"reason\":\"401 unauthorized\"}]}");
        }
        assertThat(server.job(id).status()).isEqualTo(JobStatus.PENDING);
    }

    @Test
    void aReadListWithoutEverybodyHidesTheJob() throws Exception {
        int id = server.submit("alice-token", "\"access:read\": [\"~bob\"]");
        runner.finish(runner.start(server.job(id)), JobEvent.PASS);

        for (String path : List.of(
                "/api/jobs/" + id,
                "/api/jobs/" + id + "/artifacts",
                "/api/jobs/" + id + "/manifest",
                "/logs/" + id + "/log",
                "/query/log/" + id + "/log")) {
            assertThat(server.get("alice-token", path).status()).as(path).isEqualTo(200);
            assertThat(server.get("bob-token", path).status()).as(path).isEqualTo(200);
            assertThat(server.get("admin-token", path).status()).as(path).isEqualTo(200);
            assertThat(server.get("carol-token", path).status()).as(path).isEqualTo(404);
        }
        assertThat(server.get("", "/api/jobs/" + id + "/manifest").status()).isEqualTo(404);
        assertThat(server.get("", "/logs/" + id + "/log").status()).isEqualTo(404);
        assertThat(server.post("bob-token", "/api/jobs/" + id + "/cancel", "").status())
                .isEqualTo(401);
        assertThat(server.post("carol-token", "/api/jobs/" + id + "/cancel", "").status())
                .isEqualTo(404);
        assertThat(server.post("carol-token", "/api/jobs/" + id + "/start", "").status())
                .isEqualTo(404);
    }

    @Test
    void anEmptyReadListLeavesTheOwner() throws Exception {
        int id = server.submit("alice-token", "\"access:read\": []");

        assertThat(server.get("alice-token", "/api/jobs/" + id).status()).isEqualTo(200);
        assertThat(server.get("bob-token", "/api/jobs/" + id).status()).isEqualTo(404);
    }

    @Test
    void everybodyInTheReadListIsTheDefault() throws Exception {
        int id = server.submit("alice-token", "\"access:read\": [\"bob\", \"*\"]");

        assertThat(server.get("carol-token", "/api/jobs/" + id).status()).isEqualTo(200);
        assertThat(server.job(id).access().visibility()).isEqualTo(Visibility.UNLISTED);
    }

    @Test
    void writersMaySeeStartAndCancel() throws Exception {
        int id = server.submit("alice-token", "\"access:read\": [], \"access:write\": [\"bob\"], \"execute\": false");

        assertThat(server.get("bob-token", "/api/jobs/" + id).status()).isEqualTo(200);
        assertThat(server.post("bob-token", "/api/jobs/" + id + "/start", "").status())
                .isEqualTo(200);
        assertThat(server.post("bob-token", "/api/jobs/" + id + "/cancel", "").status())
                .isEqualTo(200);
        assertThat(server.job(id).status()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void everybodyMayBeAWriter() throws Exception {
        int id = server.submit("alice-token", "\"access:write\": [\"*\"]");

        assertThat(server.post("carol-token", "/api/jobs/" + id + "/cancel", "").status())
                .isEqualTo(200);
    }

    @Test
    void visibilityCanBeSaidOutright() throws Exception {
        assertThat(server.job(server.submit("alice-token", "\"visibility\": \"PRIVATE\""))
                        .access()
                        .visibility())
                .isEqualTo(Visibility.PRIVATE);
        assertThat(server.job(server.submit("alice-token", "\"visibility\": \"public\""))
                        .access()
                        .visibility())
                .isEqualTo(Visibility.PUBLIC);
    }

    @Test
    void administratorsMayCancelAnything() throws Exception {
        int id = server.submit("alice-token", "\"access:read\": []");

        assertThat(server.post("admin-token", "/api/jobs/" + id + "/cancel", "").status())
                .isEqualTo(200);
    }
}
