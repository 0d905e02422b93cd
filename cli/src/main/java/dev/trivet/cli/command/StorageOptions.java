package dev.trivet.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server keeps what it knows. */
final class StorageOptions {
    @Option(names = "--data", paramLabel = "DIR", description = "Data directory.")
    private @Nullable Path data;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "An external PostgreSQL, postgresql://USER:PASSWORD@HOST/NAME, instead of the embedded one.")
    private @Nullable String database;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file, in TOML.")
    private @Nullable Path config;

    Optional<Path> data() {
        return Optional.ofNullable(data);
    }

    Optional<String> database() {
        return Optional.ofNullable(database);
    }

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }
}
