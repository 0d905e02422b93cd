package dev.trivet.circus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets that are declared as they are or by a file, whose path may have {@code ~} and {@code ${VARIABLE}} (spec section 12.3). */
final class SecretFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final int LONGEST = 64 << 10;

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
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "/"));
        String whole = path.equals("~") || path.startsWith("~/") ? home + path.substring(1) : path;
        return VARIABLE.matcher(whole)
                .replaceAll(found ->
                        Matcher.quoteReplacement(Objects.requireNonNullElse(environment.get(found.group(1)), "")));
    }

    private @Nullable String read(String path) {
        String expanded = expanded(path);
        try {
            Path file = Path.of(expanded);
            if (Files.size(file) > LONGEST) {
                LOG.warn("the declared file {} is no secret: it has more than {} bytes", expanded, LONGEST);
                return null;
            }
            return Files.readString(file).strip();
        } catch (IOException | InvalidPathException unreadable) {
            LOG.warn("the declared file {} cannot be read: {}", expanded, unreadable.toString());
            return null;
        }
    }
}
