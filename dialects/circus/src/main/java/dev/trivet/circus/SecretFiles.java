package dev.trivet.circus;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets that are declared as they are or by a file, whose path may have {@code ~} and {@code ${VARIABLE}} (spec section 12.3). */
final class SecretFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);

    private final Map<String, String> environment;

    SecretFiles(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The member {@code name}, or what the file of the member {@code name_file} holds, trimmed; null if neither can be had. */
    @Nullable
    String secret(JsonFields fields, String name) {
        String written = fields.textOrNull(name);
        String file = fields.textOrNull(name + "_file");
        return written != null || file == null ? written : read(file);
    }

    /** The path with its variables replaced; those that are not set are empty. */
    String expanded(String path) {
        return SecretFile.expanded(path, environment, home());
    }

    private Path home() {
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
    }

    private @Nullable String read(String path) {
        try {
            return SecretFile.read(path, environment, home());
        } catch (IOException | InvalidPathException unreadable) {
            LOG.warn("the declared file {} cannot be read: {}", path, unreadable.getMessage());
            return null;
        }
    }
}
