package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.circus.ConfigAccess;
import dev.trivet.store.DatabaseConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a server was started: with it, other contents of the configuration file can be tried without starting again. Immutable. */
final class Start {
    private final Map<Key, String> said;
    private final Map<String, String> environment;
    private final @Nullable Path file;
    private final boolean localSources;

    private Start(Map<Key, String> said, Map<String, String> environment, @Nullable Path file, boolean localSources) {
        this.said = Map.copyOf(said);
        this.environment = Map.copyOf(environment);
        this.file = file;
        this.localSources = localSources;
    }

    static Start of(Settings.Options options, Map<String, String> environment) {
        Map<Key, String> said = new HashMap<>();
        put(said, Keys.LISTEN, options.listen());
        put(said, Keys.DATA, options.data());
        put(said, Keys.DATABASE_URL, options.database());
        put(said, Keys.IMAGES, options.images());
        String named = environment.get("TRIVET_CONFIG");
        Path file = options.config() != null ? options.config() : named == null ? null : Path.of(named);
        return new Start(said, environment, file, options.localSources());
    }

    private static void put(Map<Key, String> said, Key key, @Nullable Object value) {
        if (value != null) {
            said.put(key, value.toString());
        }
    }

    /** @throws SettingsException naming the first key that cannot be */
    Settings settings() {
        return Settings.checked(Configuration.read(said, environment, file), this);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Whether repositories of this machine may be named, whatever is configured. */
    boolean localSources() {
        return localSources;
    }

    /** @param editor whether administrators may change the file */
    ConfigAccess access(boolean editor) {
        return new ConfigAccess(Optional.ofNullable(file), editor, DefaultsFile.text(), this::complaint);
    }

    private Optional<String> complaint(String contents) {
        Path named = requireNonNull(file, "a server without a file has none to check");
        try {
            for (Configuration configuration : List.of(
                    Configuration.readFirst(environment, named, contents),
                    Configuration.read(said, environment, named, contents))) {
                Settings settings = Settings.checked(configuration, this);
                settings.databaseUrl().ifPresent(url -> {
                    var _ = DatabaseConfig.ofUrl(url, settings.databasePool());
                });
            }
            return Optional.empty();
        } catch (SettingsException | IllegalArgumentException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }
}
