package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec sections 3.1 and 3.3: what is refused, with which words. */
class SubmissionErrorsTest {
    private static final String GOOD = "\"manifest\": \"image: x\\ntasks: [a: b]\\n\"";

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

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("{}", error("manifest", "manifest is required")),
                refusal("{\"manifest\": null}", error("manifest", "manifest may not be null")),
                refusal("{\"manifest\": 5}", error("manifest", "manifest should be a str")),
                refusal("{\"manifest\": [\"image: x\"]}", error("manifest", "manifest should be a str")),
                refusal("{\"manifest\": \"\"}", error(null, "image is required")),
                refusal("{\"manifest\": \"tasks: [a: b]\"}", error(null, "image is required")),
                refusal(
                        "{\"manifest\": \"image: x\\npackages: y\\ntasks: [a: b]\"}",
                        error(
                                null,
                                "yaml: line 2, column 11: packages: expected a list of strings, found a string 'y'")),
                refusal(
                        "{\"manifest\": \"image: x\\u0000\"}",
                        error("manifest", "manifest may not contain NUL characters or halves of surrogate pairs")),
                refusal(
                        "{\"manifest\": \"image: x\\ntasks: [a: \\\"\\\\0\\\"]\"}",
                        error(
                                null,
                                "yaml: line 2, column 12: this text has an escape for a character that no file and no variable can hold")),
                refusal(
                        "{\"manifest\": \"" + "#".repeat(16384) + "\"}",
                        error("manifest", "manifest must be less than 16384 characters")),
                refusal("{" + GOOD + ", \"note\": null}", error("note", "note may not be null")),
                refusal("{" + GOOD + ", \"note\": {}}", error("note", "note should be a str")),
                refusal(
                        "{" + GOOD + ", \"note\": \"" + "n".repeat(4097) + "\"}",
                        error("note", "note must be <= 4096 characters")),
                refusal(
                        "{" + GOOD + ", \"note\": \"\\u0000\"}",
                        error("note", "note may not contain NUL characters or halves of surrogate pairs")),
                refusal(
                        "{" + GOOD + ", \"note\": \"\\ud800\"}",
                        error("note", "note may not contain NUL characters or halves of surrogate pairs")),
                refusal("{" + GOOD + ", \"tags\": \"a\"}", error("tags", "tags should be a list")),
                refusal("{" + GOOD + ", \"tags\": null}", error("tags", "tags may not be null")),
                refusal("{" + GOOD + ", \"tags\": [5]}", error("tags", "tags should be a list of str")),
                refusal(
                        "{" + GOOD + ", \"tags\": [\"a/b\"]}",
                        error("tags", "tag names must match ^[A-Za-z0-9_.:-]+$")),
                refusal("{" + GOOD + ", \"tags\": [\"\"]}", error("tags", "tag names must match ^[A-Za-z0-9_.:-]+$")),
                refusal(
                        "{" + GOOD + ", \"tags\": [\"" + "t".repeat(2048) + "\"]}",
                        error("tags", "tags must be < 2048 characters together")),
                refusal("{" + GOOD + ", \"execute\": \"yes\"}", error("execute", "execute should be a bool")),
                refusal("{" + GOOD + ", \"execute\": null}", error("execute", "execute may not be null")),
                refusal("{" + GOOD + ", \"secrets\": 1}", error("secrets", "secrets should be a bool")),
                refusal("{" + GOOD + ", \"access:read\": \"*\"}", error("access:read", "access:read should be a list")),
                refusal(
                        "{" + GOOD + ", \"access:write\": [1]}",
                        error("access:write", "access:write should be a list of str")),
                refusal(
                        "{" + GOOD + ", \"visibility\": \"secret\"}",
                        error("visibility", "visibility should be public, unlisted or private")),
                refusal("{" + GOOD + ", \"triggers\": {}}", error("triggers", "triggers should be a list")),
                refusal("{" + GOOD + ", \"triggers\": [1]}", error("triggers[0]", "triggers[0] should be an object")),
                refusal(
                        "{" + GOOD + ", \"triggers\": [{}]}",
                        error("triggers[0].action", "triggers[0].action is required") + ","
                                + error("triggers[0].condition", "triggers[0].condition is required")),
                refusal(
                        "{" + GOOD
                                + ", \"triggers\": [{\"action\": \"email\", \"condition\": \"always\", \"to\": \"a\"}, {\"action\": \"webhook\", \"condition\": \"never\"}]}",
                        error("triggers[1].condition", "triggers[1].condition should be success, failure or always")
                                + "," + error("triggers[1].url", "triggers[1].url is required")),
                refusal(
                        "{\"note\": 5, \"tags\": 5, \"execute\": 5}",
                        error("manifest", "manifest is required") + "," + error("note", "note should be a str") + ","
                                + error("tags", "tags should be a list") + ","
                                + error("execute", "execute should be a bool")));
    }

    private static Arguments refusal(String body, String errors) {
        return Arguments.of(body, errors);
    }

    private static String error(String field, String reason) {
        return (field == null ? "{" : "{\"field\":\"" + field + "\",") + "\"reason\":\"" + reason + "\"}";
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void tellsAllThatIsWrong(String body, String errors) throws Exception {
        var answer = server.post("alice-token", "/api/jobs", body);

        assertThat(answer.text()).isEqualTo("{\"errors\":[" + errors + "]}");
        assertThat(answer.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"", "{", "nonsense", "[]", "\"text\"", "{\"manifest\": \"\\x\"}", "{\"a\": 1} x"})
    void bodiesThatAreNoJsonObjectAreRefused(String body) throws Exception {
        var answer = server.post("alice-token", "/api/jobs", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("errors").get(0).get("reason").stringValue())
                .isNotBlank();
        assertThat(answer.json().get("errors").get(0).has("field")).isFalse();
    }

    @Test
    void twentyMegabytesAreRefusedInTheSameShape() throws Exception {
        var answer = server.post("alice-token", "/api/jobs", "{\"manifest\": \"" + "x".repeat(20 << 20) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().get("errors").get(0).get("reason").stringValue())
                .contains("too large");
    }

    @Test
    void formsAreReadToo() throws Exception {
        var answer = server.post(
                "alice-token",
                "/api/jobs",
                "manifest=image%3A+x%0Ashell%3A+yes&note=a+note&tags=a&tags=b&execute=false",
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("status").stringValue()).isEqualTo("pending");
        assertThat(answer.json().get("note").stringValue()).isEqualTo("a note");
        assertThat(answer.json().get("tags").stringValue()).isEqualTo("a/b");
        assertThat(server.post("alice-token", "/api/jobs", "execute=maybe", "Content-Type", "text/plain")
                        .text())
                .isEqualTo("{\"errors\":[" + error("manifest", "manifest is required") + ","
                        + error("execute", "execute should be a bool") + "]}");
    }

    @Test
    void jsonWithACharsetIsJson() throws Exception {
        var answer = server.post(
                "alice-token", "/api/jobs", "{" + GOOD + "}", "Content-Type", "application/json; charset=utf-8");

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void anEmptyNoteIsANote() throws Exception {
        var answer = server.post("alice-token", "/api/jobs", "{" + GOOD + ", \"note\": \"\"}");

        assertThat(answer.json().get("note").stringValue()).isEmpty();
    }

    @Test
    void secretsAreOnWhenTheManifestAsksOrTheCallerSays() throws Exception {
        assertThat(server.job(server.submit("alice-token", "")).secrets()).isFalse();
        assertThat(server.job(server.submit("alice-token", "\"secrets\": true")).secrets())
                .isTrue();
        String wanting = "image: x\nsecrets: [deploy-key]\ntasks: [a: b]\n";
        assertThat(server.job(server.submit("alice-token", wanting, "")).secrets())
                .isTrue();
        assertThat(server.job(server.submit("alice-token", wanting, "\"secrets\": false"))
                        .secrets())
                .isFalse();
    }

    @Test
    void nothingOfARefusedSubmissionIsKept() throws Exception {
        long before = server.get("alice-token", "/api/jobs").json().get("total").longValue();
        server.post("alice-token", "/api/jobs", "{\"manifest\": \"image: x\"}");

        assertThat(server.get("alice-token", "/api/jobs").json().get("total").longValue())
                .isEqualTo(before);
    }
}
