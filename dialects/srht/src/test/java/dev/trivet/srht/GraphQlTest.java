package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.accounts.Accounts;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.Lease;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import graphql.introspection.IntrospectionQuery;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Spec section 4: what clients ask over GraphQL. */
class GraphQlTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, JobStore.MIGRATIONS);

    private static final String SUBMIT = """
            mutation submit($manifest: String!, $tags: [String!], $note: String, $visibility: Visibility,
                    $execute: Boolean, $secrets: Boolean) {
                submit(manifest: $manifest, tags: $tags, note: $note, visibility: $visibility, execute: $execute,
                        secrets: $secrets) {
                    id status tags note visibility owner { canonicalName }
                }
            }""";
    private static final String SHOW = """
            query show($id: Int!) {
                job(id: $id) {
                    id status note tags image runner manifest
                    log { fullURL last128KiB }
                    owner { canonicalName ... on User { username email } }
                    tasks { id name status log { fullURL last128KiB } job { id } }
                    artifacts { path size url }
                    group { id jobs { id status } }
                }
            }""";

    @TempDir
    static Path directory;

    static TestServer server;
    static TestRunner runner;

    @BeforeAll
    static void start() throws Exception {
        // The test server's tokens are of users 1, 2 and 3.
        var accounts = new Accounts(DATABASE.database(), Clock.systemUTC());
        List.of("alice", "bob", "carol").forEach(name -> accounts.createUser(name, name + "@example.org", false));
        server = new TestServer(DATABASE.database(), directory);
        runner = new TestRunner(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void theServerTellsItsVersionAndWhoAsks() throws Exception {
        var answer = server.graphql("alice-token", """
                { version { major minor patch deprecationDate settings { sshUser buildTimeout } }
                  me { id username canonicalName email bio } }""", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).matches("application/json(;\\s*charset=utf-8)?");
        JsonNode data = answer.json().get("data");
        assertThat(data.get("version").get("settings").get("sshUser").stringValue())
                .isEqualTo("builds");
        assertThat(data.get("version").get("settings").get("buildTimeout").stringValue())
                .isEqualTo("45m");
        assertThat(data.get("me").get("canonicalName").stringValue()).isEqualTo("~alice");
        assertThat(data.get("me").get("bio").isNull()).isTrue();

        var meta = server.get("", "/query/api-meta.json");
        assertThat(meta.json().get("scopes").toString()).isEqualTo("[\"PROFILE\",\"JOBS\",\"LOGS\",\"SECRETS\"]");
    }

    @Test
    void aJobIsSubmittedAsClientsDoAndFollowedToItsEnd() throws Exception {
        int id = submit("alice-token", "\"tags\": [\"\"], \"note\": \"\", \"visibility\": \"UNLISTED\"");
        assertThat(show("alice-token", id).get("status").stringValue()).isEqualTo("QUEUED");
        assertThat(show("alice-token", id).get("log").isNull()).isTrue();
        assertThat(show("alice-token", id).get("tags").size()).isZero();

        Lease lease = runner.start(server.job(id));
        runner.step(lease, 1, StepState.RUNNING);
        runner.log(lease, 0, "setting up\n");
        runner.log(lease, 1, "+ echo 1\n1\n");
        runner.artifact(lease, "out/result.txt", new byte[10]);
        JsonNode running = show("alice-token", id);
        assertThat(running.get("status").stringValue()).isEqualTo("RUNNING");
        assertThat(running.get("runner").stringValue()).isEqualTo("runner-1");
        assertThat(running.get("log").get("fullURL").stringValue())
                .isEqualTo(TestServer.ORIGIN + "/query/log/" + id + "/log");
        assertThat(running.get("log").get("last128KiB").stringValue()).isEqualTo("setting up\n");
        JsonNode first = running.get("tasks").get(0);
        assertThat(first.get("log").get("fullURL").stringValue())
                .isEqualTo(TestServer.ORIGIN + "/query/log/" + id + "/one/log");
        assertThat(first.get("job").get("id").intValue()).isEqualTo(id);
        assertThat(running.get("tasks").get(1).get("log").isNull()).isTrue();
        assertThat(running.get("manifest").stringValue()).isEqualTo(TestServer.MANIFEST);
        assertThat(running.get("artifacts").get(0).get("size").intValue()).isEqualTo(10);

        runner.step(lease, 1, StepState.FAILED);
        runner.finish(lease, JobEvent.FAIL);
        JsonNode ended = show("alice-token", id);
        assertThat(ended.get("status").stringValue()).isEqualTo("FAILED");
        assertThat(ended.get("tasks").get(0).get("status").stringValue()).isEqualTo("FAILED");
        assertThat(ended.get("tasks").get(1).get("status").stringValue()).isEqualTo("PENDING");
    }

    @Test
    void tasksHaveNumbersOverAllJobs() throws Exception {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int id = submit("alice-token", "\"execute\": false");
            show("alice-token", id)
                    .get("tasks")
                    .forEach(task -> numbers.add(task.get("id").intValue()));
        }
        assertThat(numbers).hasSize(6).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void tagsAreLevelsAndLongNotesAreRefused() throws Exception {
        int id = submit("alice-token", "\"tags\": [\"repo\", \"a/b\"], \"execute\": false");
        assertThat(show("alice-token", id).get("tags").toString()).isEqualTo("[\"repo\",\"a\",\"b\"]");
        assertThat(show("alice-token", id).get("status").stringValue()).isEqualTo("PENDING");

        int untagged = submit("alice-token", "\"tags\": null, \"note\": null, \"secrets\": null, \"execute\": null");
        assertThat(show("alice-token", untagged).get("tags").size()).isZero();

        JsonNode tooLong =
                error(server.graphql("alice-token", SUBMIT, variables("\"note\": \"" + "n".repeat(4097) + "\"")));
        assertThat(tooLong.get("extensions").get("field").stringValue()).isEqualTo("note");
        JsonNode wrong = error(server.graphql("alice-token", SUBMIT, "{\"manifest\": \"tasks: []\"}"));
        assertThat(wrong.get("message").stringValue()).contains("image is required");
        assertThat(wrong.get("path").toString()).isEqualTo("[\"submit\"]");
    }

    @Test
    void pagesAreOfTwentyFiveAndShowOthersOnlyWhatIsPublic() throws Exception {
        for (int i = 0; i < 27; i++) {
            submit(
                    "carol-token",
                    "\"visibility\": \"" + (i % 2 == 0 ? "PUBLIC" : "UNLISTED") + "\", \"execute\": false");
        }
        String own = "query jobs($cursor: Cursor) { jobs(cursor: $cursor) { results { id } cursor } }";
        JsonNode first = data(server.graphql("carol-token", own, "")).get("jobs");
        assertThat(first.get("results").size()).isEqualTo(25);
        JsonNode second = data(server.graphql(
                        "carol-token",
                        own,
                        "{\"cursor\": " + TestServer.quoted(first.get("cursor").stringValue()) + "}"))
                .get("jobs");
        assertThat(second.get("results").size()).isEqualTo(2);
        assertThat(second.get("cursor").isNull()).isTrue();
        assertThat(second.get("results").get(0).get("id").intValue())
                .isLessThan(first.get("results").get(24).get("id").intValue());

        String others =
                "query jobsByUser($username: String!) { userByName(username: $username) { jobs { results { id } } } }";
        JsonNode seen = data(server.graphql("bob-token", others, "{\"username\": \"carol\"}"))
                .get("userByName");
        assertThat(seen.get("jobs").get("results").size()).isEqualTo(14);
        assertThat(data(server.graphql("bob-token", others, "{\"username\": \"nobody\"}"))
                        .get("userByName")
                        .isNull())
                .isTrue();
        var forged = server.graphql("carol-token", own, "{\"cursor\": \"rubbish\"}");
        assertThat(forged.status()).isEqualTo(422);
        assertThat(forged.text()).contains("cursor");
    }

    @Test
    void aPageCostsAsManyQueriesAsASingleJob() throws Exception {
        String query = """
                { jobs { results { id manifest owner { canonicalName } group { jobs { id } triggers { condition } }
                    tasks { name } artifacts { path } } } }""";
        submit("bob-token", "\"execute\": false");
        int one = queries(() -> data(server.graphql("bob-token", query, "")));
        for (int i = 0; i < 24; i++) {
            int id = submit("bob-token", "\"execute\": false");
            data(server.graphql(
                    "bob-token", "mutation { createGroup(jobIds: [" + id + "], execute: false) { id } }", ""));
        }
        int many = queries(() -> assertThat(data(server.graphql("bob-token", query, ""))
                        .get("jobs")
                        .get("results")
                        .size())
                .isEqualTo(25));
        assertThat(many).isLessThanOrEqualTo(one + 3).isLessThan(12);
    }

    @Test
    void aPrivateJobIsNotThereForOthers() throws Exception {
        int id = submit("alice-token", "\"visibility\": \"PRIVATE\", \"execute\": false");
        assertThat(data(server.graphql("bob-token", SHOW, "{\"id\": " + id + "}"))
                        .get("job")
                        .isNull())
                .isTrue();
        JsonNode update = data(
                server.graphql("bob-token", "mutation { update(jobId: " + id + ", visibility: PUBLIC) { id } }", ""));
        assertThat(update.get("update").isNull()).isTrue();
        assertThat(error(server.graphql("bob-token", "mutation { cancel(jobId: " + id + ") { id } }", ""))
                        .get("message")
                        .stringValue())
                .contains("no such job");

        JsonNode own = data(server.graphql(
                "alice-token",
                "mutation { update(jobId: " + id + ", visibility: UNLISTED, tags: [\"x\"]) { visibility tags } }",
                ""));
        assertThat(own.get("update").toString()).isEqualTo("{\"visibility\":\"UNLISTED\",\"tags\":[\"x\"]}");
        assertThat(show("bob-token", id).get("id").intValue()).isEqualTo(id);
    }

    @Test
    void jobsAreStartedOnceAndCancelledBeforeTheyEnd() throws Exception {
        int id = submit("alice-token", "\"execute\": false");
        String start = "mutation { start(jobID: " + id + ") { status } }";
        assertThat(data(server.graphql("alice-token", start, ""))
                        .get("start")
                        .get("status")
                        .stringValue())
                .isEqualTo("QUEUED");
        assertThat(error(server.graphql("alice-token", start, ""))
                        .get("message")
                        .stringValue())
                .contains("only pending jobs");
        String cancel = "mutation { cancel(jobId: " + id + ") { id status log { fullURL } } }";
        assertThat(error(server.graphql("bob-token", cancel, "")).get("message").stringValue())
                .contains("belongs to ~alice");
        JsonNode canceled = data(server.graphql("alice-token", cancel, "")).get("cancel");
        assertThat(canceled.get("status").stringValue()).isEqualTo("CANCELLED");
        // Clients fetch the log of whatever is neither pending nor queued.
        assertThat(server.get("alice-token", "/query/log/" + id + "/log", "Range", "bytes=0-")
                        .status())
                .isEqualTo(206);
        assertThat(error(server.graphql("alice-token", cancel, ""))
                        .get("message")
                        .stringValue())
                .contains("ended already");
    }

    @Test
    void groupsHaveTriggersAndStartTogether() throws Exception {
        int one = submit("alice-token", "\"execute\": false");
        int two = submit("alice-token", "\"execute\": false");
        String create = """
                mutation group($ids: [Int!]!, $triggers: [TriggerInput!], $execute: Boolean) {
                    createGroup(jobIds: $ids, triggers: $triggers, note: "both", execute: $execute) {
                        id note owner { canonicalName } jobs { id status }
                        triggers { __typename condition ... on EmailTrigger { to cc inReplyTo } ... on WebhookTrigger { url } }
                    }
                }""";
        String wrong = "{\"ids\": [" + one + "], \"triggers\": [{\"type\": \"EMAIL\", \"condition\": \"ALWAYS\"}]}";
        assertThat(error(server.graphql("alice-token", create, wrong))
                        .get("message")
                        .stringValue())
                .contains("email");
        JsonNode group = data(server.graphql("alice-token", create, "{\"ids\": [" + one + ", " + two + """
                ], "execute": false, "triggers": [
                {"type": "EMAIL", "condition": "FAILURE", "email": {"to": "a@example.org", "inReplyTo": "<1@x>"}},
                {"type": "WEBHOOK", "condition": "ALWAYS", "webhook": {"url": "https://example.org/hook"}}]}"""))
                .get("createGroup");
        assertThat(group.get("triggers").toString())
                .isEqualTo(
                        "[{\"__typename\":\"EmailTrigger\",\"condition\":\"FAILURE\",\"to\":\"a@example.org\",\"cc\":null,"
                                + "\"inReplyTo\":\"<1@x>\"},{\"__typename\":\"WebhookTrigger\",\"condition\":\"ALWAYS\","
                                + "\"url\":\"https://example.org/hook\"}]");
        String start = "mutation { startGroup(groupId: " + group.get("id").intValue() + ") { jobs { status } } }";
        assertThat(error(server.graphql("bob-token", start, "")).get("message").stringValue())
                .contains("no group");
        assertThat(data(server.graphql("alice-token", start, ""))
                        .get("startGroup")
                        .get("jobs")
                        .toString())
                .isEqualTo("[{\"status\":\"QUEUED\"},{\"status\":\"QUEUED\"}]");
        assertThat(error(server.graphql("alice-token", create, "{\"ids\": [" + one + "]}"))
                        .get("message")
                        .stringValue())
                .contains("in a group already");
    }

    @Test
    void everyFieldAsksForItsGrant() throws Exception {
        int id = submit("alice-token", "\"execute\": false");
        String query = "query($id: Int!) { job(id: $id) { id owner { canonicalName } } }";
        var answer = server.graphql("alice-read", query, "{\"id\": " + id + "}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(error(answer).get("message").stringValue()).contains("srht/profile:read");
        assertThat(error(server.graphql("alice-read", SUBMIT, variables("")))
                        .get("message")
                        .stringValue())
                .contains("srht/jobs:write");
        assertThat(error(server.graphql("alice-write", SUBMIT, variables("\"secrets\": true")))
                        .get("extensions")
                        .get("field")
                        .stringValue())
                .isEqualTo("secrets");
        assertThat(data(server.graphql(
                                "alice-read", "query($id: Int!) { job(id: $id) { status } }", "{\"id\": " + id + "}"))
                        .get("job")
                        .get("status")
                        .stringValue())
                .isEqualTo("PENDING");
        assertThat(data(server.graphql("alice-logs", "{ job(id: " + id + ") { log { fullURL } } }", ""))
                        .get("job")
                        .get("log")
                        .isNull())
                .isTrue();
    }

    @Test
    void whatIsNoGoodRequestIsToldInTheShapeOfTheApi() throws Exception {
        var anonymous = server.graphql("", "{ version { major } }", "");
        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(message(anonymous)).startsWith("Authentication error: ");
        assertThat(server.graphql("nobodys-token", "{ version { major } }", "").status())
                .isEqualTo(403);
        var malformed = server.post(
                "",
                "/query",
                "{\"query\": \"{ version { major } }\"}",
                "Content-Type",
                "application/json",
                "Authorization",
                "x");
        assertThat(malformed.status()).isEqualTo(400);

        var syntax = server.graphql("alice-token", "{ version {", "");
        assertThat(syntax.status()).isEqualTo(422);
        assertThat(code(syntax)).isEqualTo("GRAPHQL_PARSE_FAILED");
        var unknown = server.graphql("alice-token", "{ nothing }", "");
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(code(unknown)).isEqualTo("GRAPHQL_VALIDATION_FAILED");
        StringBuilder much = new StringBuilder("{");
        for (int i = 0; i < 130; i++) {
            much.append(" a").append(i).append(": version { major }");
        }
        var complex = server.graphql("alice-token", much + "}", "");
        assertThat(complex.status()).isEqualTo(422);
        assertThat(code(complex)).isEqualTo("COMPLEXITY_LIMIT_EXCEEDED");

        assertThat(server.post("alice-token", "/query", "[]").status()).isEqualTo(400);
        assertThat(server.post("alice-token", "/query", "{}").status()).isEqualTo(400);
        assertThat(message(server.post("alice-token", "/query", "{\"query\": \"{ me { id } }\", \"variables\": []}")))
                .contains("variables");
        assertThat(server.get("alice-token", "/query").status()).isEqualTo(405);
    }

    @Test
    void theSchemaDescribesItself() throws Exception {
        var answer = server.graphql("alice-token", IntrospectionQuery.INTROSPECTION_QUERY, "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("JobCursor").contains("userByName").contains("TriggerInput");
    }

    private static int submit(String token, String members) throws Exception {
        return data(server.graphql(token, SUBMIT, variables(members)))
                .get("submit")
                .get("id")
                .intValue();
    }

    private static String variables(String members) {
        return "{\"manifest\": " + TestServer.quoted(TestServer.MANIFEST) + (members.isEmpty() ? "" : ", " + members)
                + "}";
    }

    private static JsonNode show(String token, int id) throws Exception {
        return data(server.graphql(token, SHOW, "{\"id\": " + id + "}")).get("job");
    }

    private static JsonNode data(TestServer.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().has("errors")).as(answer.text()).isFalse();
        return answer.json().get("data");
    }

    private static JsonNode error(TestServer.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("errors").get(0);
    }

    private static String message(TestServer.Answer answer) {
        return answer.json().get("errors").get(0).get("message").stringValue();
    }

    private static String code(TestServer.Answer answer) {
        return answer.json().get("errors").get(0).get("extensions").get("code").stringValue();
    }

    /** How many statements something sends to the database. */
    private static int queries(Something something) throws Exception {
        var count = new AtomicInteger();
        DATABASE.database().jdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                if (context.getRawSql().contains("srht.") || context.getRawSql().contains("accounts.")) {
                    count.incrementAndGet();
                }
            }
        });
        something.happens();
        DATABASE.database().jdbi().setSqlLogger(SqlLogger.NOP_SQL_LOGGER);
        return count.get();
    }

    /** What may fail. */
    @FunctionalInterface
    private interface Something {
        void happens() throws Exception;
    }
}
