package dev.trivet.cli.house;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a command line says about a server. What it does not say, the environment, the configuration file and the defaults decide.
 *
 * @param listen {@code HOST:PORT}; port 0 is any free one
 * @param data data directory
 * @param database address of an external PostgreSQL
 * @param config configuration file
 * @param images directory of the images, where it is not in the data directory
 * @param localSources whether a manifest may name repositories of this machine
 * @param environment environment variables
 */
public record ServerSettings(
        Optional<String> listen,
        Optional<Path> data,
        Optional<String> database,
        Optional<Path> config,
        Optional<Path> images,
        boolean localSources,
        Map<String, String> environment) {
    public ServerSettings {
        Objects.requireNonNull(listen, "listen is null");
        Objects.requireNonNull(data, "data is null");
        Objects.requireNonNull(database, "database is null");
        Objects.requireNonNull(config, "config is null");
        Objects.requireNonNull(images, "images is null");
        environment = Map.copyOf(environment);
    }
}
