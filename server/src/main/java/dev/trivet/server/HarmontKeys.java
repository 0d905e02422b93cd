package dev.trivet.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the configuration says of the Harmont dialect.
 *
 * @param imageAliases images by the names that pipelines use for them
 * @param logTokenSecret empty for one that the server makes
 */
public record HarmontKeys(String defaultImage, Map<String, String> imageAliases, String logTokenSecret) {
    public HarmontKeys {
        Objects.requireNonNull(defaultImage, "defaultImage is null");
        Objects.requireNonNull(logTokenSecret, "logTokenSecret is null");
        imageAliases = Map.copyOf(imageAliases);
    }

    static HarmontKeys read(Configuration configuration) {
        return new HarmontKeys(
                configuration.text(Keys.HARMONT_IMAGE),
                aliases(configuration, configuration.list(Keys.HARMONT_ALIASES)),
                configuration.text(Keys.HARMONT_LOG_SECRET));
    }

    private static Map<String, String> aliases(Configuration configuration, List<String> words) {
        Map<String, String> aliases = new HashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1 || equals == word.length() - 1) {
                throw configuration.wrong(Keys.HARMONT_ALIASES, "words such as ubuntu:24.04=debian/trixie");
            }
            aliases.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return aliases;
    }
}
