package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The configuration file, seen and changed by administrators (spec circus section 2.10). */
class CircusConfigTest {
    private static final String CONFIG = "admin/config";
    private static final String EDITABLE = """
            # of this test
            [server]
            config_editor_enabled = true
            drain_timeout = "0s"
            webhook_secret_encryption_key = "0123456789abcdef"

            [harmont]
            log_token_secret = 'signs'   # tokens
            """;

    @TempDir
    Path directory;

    private Path folder;
    private Path file;

    @BeforeEach
    void folder() throws Exception {
        folder = Files.createDirectory(directory.resolve("etc"));
        file = folder.resolve("trivet.toml");
    }

    private CircusPeople start(String contents) throws Exception {
        Files.writeString(file, contents);
        return CircusPeople.start(directory, Map.of(), new Settings.Options(null, null, null, file, null, false));
    }

    private static Map<String, String> contents(String text) {
        return Map.of("contents", text);
    }

    @Test
    void theFileIsShownWithoutItsSecretsAndReplacedWithThem() throws Exception {
        try (CircusPeople people = start(EDITABLE)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            JsonNode shown = ok(people.admin.get(CONFIG));
            assertThat(shown.propertyNames())
                    .containsExactly("path", "contents", "requires_restart", "editable", "read_only_reason");
            assertThat(shown.get("path").asString()).isEqualTo(file.toString());
            String masked = shown.get("contents").asString();
            assertThat(masked)
                    .isEqualTo(EDITABLE.replace("\"0123456789abcdef\"", "\"********\"")
                            .replace("'signs'", "\"********\""));
            assertThat(shown.get("requires_restart").asBoolean()).isTrue();
            assertThat(shown.get("editable").asBoolean()).isTrue();
            assertThat(shown.get("read_only_reason").isNull()).isTrue();

            String changed = masked.replace("0s", "1s") + "\n[database]\nurl = \"postgresql://u:word@db/x\"\n";
            JsonNode after = ok(people.admin.put(CONFIG, contents(changed)));
            assertThat(after.get("contents").asString()).isEqualTo(changed.replace("word", "********"));
            assertThat(file)
                    .hasContent(EDITABLE.replace("0s", "1s") + "\n[database]\nurl = \"postgresql://u:word@db/x\"\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
            assertThat(ok(people.admin.get(CONFIG))).isEqualTo(after);
            assertThat(people.audit("CONFIG_UPDATE"))
                    .singleElement()
                    .satisfies(note -> assertThat(note.get("details").toString())
                            .isEqualTo("{\"bytes\":" + Files.size(file) + "}"));
            try (var left = Files.list(folder)) {
                assertThat(left).containsExactly(file);
            }
            // What was written is what a server starts with.
            Settings.read(new Settings.Options(null, null, null, file, null, false), Map.of());
        }
    }

    @Test
    void onlyAdministratorsSeeAndChangeIt() throws Exception {
        try (CircusPeople people = start(EDITABLE)) {
            refused(people.anonymous.get(CONFIG), 401, "UNAUTHORIZED");
            refused(people.anonymous.put(CONFIG, contents("")), 401, "UNAUTHORIZED");
            for (String role : List.of("read-only", "create-projects")) {
                CircusClient key = people.admin.as(people.key(role));
                refused(key.get(CONFIG), 403, "FORBIDDEN");
                refused(key.put(CONFIG, contents("")), 403, "FORBIDDEN");
            }
            assertThat(file).hasContent(EDITABLE);
        }
    }

    @Test
    void whatTheServerCouldNotStartWithIsRefused() throws Exception {
        try (CircusPeople people = start(EDITABLE)) {
            CircusClient admin = people.admin;
            for (String bad : List.of(
                    "[server\n",
                    "[server]\nno_such_key = 1",
                    "[nothing]\na = 1",
                    "listen = 'x'",
                    // This one is hidden by the environment of the test's server.
                    "[server]\nlisten = 'nowhere'",
                    "[server]\nrate_limit_rps = 3",
                    "[database]\nurl = 'mysql://db'",
                    "[runner]\nmemory = 'much'",
                    "[server]\nadmin_token = '********'",
                    "[database]\nurl = 'postgresql://u:********@db/x'",
                    "[[declarative.projects]]\nname = 'a b'")) {
                refused(admin.put(CONFIG, contents(bad)), 400, "VALIDATION_ERROR");
            }
            assertThat(admin.put(CONFIG, contents("[server]\nlisten = 'nowhere'"))
                            .body())
                    .contains("server.listen");
            refused(admin.put(CONFIG, Map.of()), 422, "VALIDATION_ERROR");
            refused(admin.put(CONFIG, Map.of("contents", 1)), 422, "VALIDATION_ERROR");
            refused(admin.put(CONFIG, "{"), 400, "VALIDATION_ERROR");
            refused(admin.put(CONFIG, contents("#" + "x".repeat(1 << 20))), 400, "VALIDATION_ERROR");
            assertThat(file).hasContent(EDITABLE);
            assertThat(people.audit("CONFIG_UPDATE")).isEmpty();
        }
    }

    @Test
    void unlessTheOperatorAllowsItNobodyChangesIt() throws Exception {
        String closed = EDITABLE.replace("config_editor_enabled = true\n", "");
        try (CircusPeople people = start(closed)) {
            JsonNode shown = ok(people.admin.get(CONFIG));
            assertThat(shown.get("editable").asBoolean()).isFalse();
            assertThat(shown.get("read_only_reason").asString()).contains("server.config_editor_enabled");
            refused(people.admin.put(CONFIG, contents(EDITABLE)), 403, "FORBIDDEN");
            assertThat(file).hasContent(closed);
        }
    }

    @Test
    void withoutAFileTheDefaultsAreShown() throws Exception {
        try (CircusPeople people =
                CircusPeople.start(directory, Map.of("TRIVET_SERVER_CONFIG_EDITOR_ENABLED", "true"))) {
            JsonNode shown = ok(people.admin.get(CONFIG));
            assertThat(shown.get("path").asString()).isEmpty();
            assertThat(shown.get("contents").asString()).isEqualTo(DefaultsFile.text());
            assertThat(shown.get("editable").asBoolean()).isFalse();
            assertThat(shown.get("read_only_reason").asString()).contains("--config");
            refused(people.admin.put(CONFIG, contents("")), 403, "FORBIDDEN");
        }
    }

    @Test
    void aFileThatIsGoneOrDamagedCanBeWrittenAnew() throws Exception {
        try (CircusPeople people = start(EDITABLE)) {
            Files.writeString(file, EDITABLE + "damaged");
            refused(people.admin.get(CONFIG), 500, "CONFIG_ERROR");
            ok(people.admin.put(CONFIG, contents(EDITABLE)));
            assertThat(file).hasContent(EDITABLE);

            Path link = folder.resolve("target.toml");
            Files.move(file, link);
            Files.createSymbolicLink(file, link);
            ok(people.admin.put(CONFIG, contents(EDITABLE + "# linked\n")));
            assertThat(Files.isSymbolicLink(file)).isTrue();
            assertThat(link).hasContent(EDITABLE + "# linked\n");

            Files.delete(file);
            assertThat(ok(people.admin.get(CONFIG)).get("contents").asString()).isEqualTo(DefaultsFile.text());
            ok(people.admin.put(CONFIG, contents(DefaultsFile.text())));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }
}
