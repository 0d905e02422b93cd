package dev.trivet.cli.command;

import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server keeps what it knows. */
final class StorageOptions {
    @Option(names = "--data", paramLabel = "DIR", description = "Data directory (default: ./data).")
    private @Nullable Path data;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "An external PostgreSQL, postgresql://USER:PASSWORD@HOST/NAME, instead of the embedded one.")
    private @Nullable String database;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file, in TOML.")
    private @Nullable Path config;

    /**
     * The settings of the server that these options name.
     *
     * @param listen where it shall answer, if the command line says so
     */
    Settings settings(Surroundings surroundings, @Nullable String listen) {
        return Settings.read(
                new Settings.Options(
                        listen, resolved(data, surroundings), database, resolved(config, surroundings), null, false),
                surroundings.environment());
    }

    private static @Nullable Path resolved(@Nullable Path path, Surroundings surroundings) {
        return path == null ? null : surroundings.workingDirectory().resolve(path);
    }
}
