package dev.trivet.cli.command;

import dev.trivet.cli.house.RunDirectory;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose images: a server's, or those of {@code trivet run}. */
final class ImageOptions {
    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of a server (default: ./data if there is one, else that of 'trivet run').")
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file, in TOML.")
    private @Nullable Path config;

    boolean json() {
        return json.wanted();
    }

    Settings settings(Surroundings surroundings) {
        Settings settings =
                Settings.read(new Settings.Options(null, data, null, config, null, false), surroundings.environment());
        if (data != null || settings.data().toFile().isDirectory()) {
            return settings;
        }
        Path base = RunDirectory.base(surroundings.environment());
        return Settings.read(
                new Settings.Options(null, base.resolve("0"), null, config, base.resolve("images"), false),
                surroundings.environment());
    }
}
