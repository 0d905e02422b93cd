package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    private static final String HEAD = "| key | environment | default | meaning |\n|---|---|---|---|\n";

    @Test
    void theTableInTheDocumentationIsTheTableOfTheProgram() throws IOException {
        Path document = Path.of(System.getProperty("trivet.root", "..")).resolve("docs/configuration.md");
        String written = Files.readString(document);
        int start = written.indexOf(HEAD);
        assertThat(start).as("the head of the table in %s", document).isPositive();
        String generated = written.substring(0, start)
                + HEAD
                + Keys.ALL.stream().map(KeysTest::row).collect(Collectors.joining());
        if (Boolean.getBoolean("trivet.docs.write")) {
            Files.writeString(document, generated);
        }
        assertThat(document).hasContent(generated);
    }

    @Test
    void everyKeyIsInTheTable() {
        List<Key> single = Arrays.stream(Keys.class.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Key.class)
                .map(KeysTest::key)
                .toList();
        assertThat(Keys.ALL.subList(0, single.size())).containsExactlyElementsOf(single);
        List<Key> ofForges = Stream.of(Keys.WEBHOOK_SECRETS, Keys.API_URLS, Keys.FORGE_TOKENS)
                .flatMap(keys -> keys.values().stream())
                .toList();
        assertThat(Keys.ALL.subList(single.size(), Keys.ALL.size())).containsExactlyInAnyOrderElementsOf(ofForges);
    }

    @Test
    void theDefaultsAreGood() {
        Settings settings = Settings.read(Settings.Options.NONE, Map.of());
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.data()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(settings.images()).isEqualTo(settings.data().resolve("images"));
        assertThat(settings.databaseUrl()).isEmpty();
        assertThat(settings.backend()).isEqualTo("auto");
    }

    @Test
    void theCommandLineComesBeforeTheEnvironmentBeforeTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("trivet.toml");
        Files.writeString(file, "[server]\nlisten = \"127.0.0.1:1\"\n[runner]\nslots = 3\nfeatures = [\"a\", \"b\"]\n");
        var named = new Settings.Options(null, null, null, file, null, false);
        var said = new Settings.Options("127.0.0.1:3", null, null, file, null, false);
        assertThat(Settings.read(named, Map.of()).port()).isEqualTo(1);
        assertThat(Settings.read(named, Map.of()).slots()).isEqualTo(3);
        assertThat(Settings.read(named, Map.of()).provides()).contains("a", "b");
        assertThat(Settings.read(named, Map.of("TRIVET_LISTEN", "127.0.0.1:2")).port())
                .isEqualTo(2);
        assertThat(Settings.read(named, Map.of("TRIVET_SERVER_LISTEN", "127.0.0.1:2"))
                        .port())
                .isEqualTo(2);
        assertThat(Settings.read(said, Map.of("TRIVET_LISTEN", "127.0.0.1:2")).port())
                .isEqualTo(3);
        assertThat(Settings.read(Settings.Options.NONE, Map.of("TRIVET_CONFIG", file.toString()))
                        .port())
                .isEqualTo(1);
    }

    @Test
    void aWrongValueNamesTheKeyAndWhereItMayStand() {
        assertThatThrownBy(() -> Settings.read(Settings.Options.NONE, Map.of("TRIVET_RUNNER_MEMORY", "much")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("runner.memory is 'much', expected a size")
                .hasMessageContaining("TRIVET_RUNNER_MEMORY");
    }

    @Test
    void aSecretThatIsTooShortIsNotRepeated() {
        assertThatThrownBy(() -> Settings.read(
                        Settings.Options.NONE, Map.of("TRIVET_SERVER_WEBHOOK_SECRET_ENCRYPTION_KEY", "too short")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("server.webhook_secret_encryption_key has 9 characters")
                .hasMessageNotContaining("too short");
    }

    @Test
    void anUnknownKeyOfTheFileNamesThoseThatThereAre(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("trivet.toml");
        Files.writeString(file, "[runner]\nslot = 3\n");
        var options = new Settings.Options(null, null, null, file, null, false);
        assertThatThrownBy(() -> Settings.read(options, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("runner.slot")
                .hasMessageContaining("runner.slots");
    }

    private static String row(Key key) {
        String shorter = Keys.SHORT.containsKey(key) ? ", `" + Keys.SHORT.get(key) + "`" : "";
        String fallback = key.fallback().isEmpty() ? "" : "`" + key.fallback() + "`";
        return "| `%s` | `%s`%s | %s | %s |\n".formatted(key.path(), key.variable(), shorter, fallback, key.meaning());
    }

    private static Key key(java.lang.reflect.Field field) {
        try {
            return (Key) Objects.requireNonNull(field.get(null));
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
