package dev.trivet.circus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that hold one secret (spec section 12.3). */
final class SecretFile {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final long LARGEST = 64 << 10;

    private SecretFile() {}

    /**
     * What is in it, without the blanks around.
     *
     * @param path where {@code ~} at the beginning stands for the home and <code>${NAME}</code> for a variable
     * @throws IOException if it cannot be read, or is no such file; the message says so
     */
    static String read(String path, Map<String, String> environment, Path home) throws IOException {
        Path file = Path.of(expanded(path, environment, home));
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " has more than " + LARGEST + " bytes, which is no secret");
        }
        return Files.readString(file).strip();
    }

    /** The path with its variables replaced; those that are not set are empty. */
    static String expanded(String path, Map<String, String> environment, Path home) {
        String whole = VARIABLE.matcher(path).replaceAll(match -> Matcher.quoteReplacement(value(match, environment)));
        return whole.equals("~") || whole.startsWith("~/") ? home + whole.substring(1) : whole;
    }

    private static String value(MatchResult match, Map<String, String> environment) {
        return environment.getOrDefault(match.group(1), "");
    }
}
