package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * What is configured, as text by key: the command line before the environment, the environment before the file, the file before the
 * default. Immutable.
 */
final class Configuration {
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d|)");
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB|TiB)?");

    /** The one table that is no list of keys. */
    private static final String DECLARED = "declarative";

    private final Map<Key, String> values;
    private final JsonNode declared;

    private Configuration(Map<Key, String> values, JsonNode declared) {
        this.values = Map.copyOf(values);
        this.declared = declared;
    }

    /**
     * @param options what the command line says
     * @param file the configuration file, or null
     * @throws SettingsException for a file that cannot be read, or a key in it that does not exist
     */
    static Configuration read(Map<Key, String> options, Map<String, String> environment, @Nullable Path file) {
        return file == null
                ? of(options, environment, JsonNodeFactory.instance.objectNode(), Map.of())
                : read(options, environment, file, contents(file));
    }

    /**
     * As if these were the contents of the file.
     *
     * @throws SettingsException for contents that are no TOML, or a key in them that does not exist
     */
    static Configuration read(Map<Key, String> options, Map<String, String> environment, Path file, String contents) {
        JsonNode root = parsed(file, contents);
        return of(options, environment, root, fromFile(file, root));
    }

    /** The same, but what the file says counts before all else: what the environment hides now may be wrong all the same. */
    static Configuration readFirst(Map<String, String> environment, Path file, String contents) {
        JsonNode root = parsed(file, contents);
        Map<String, String> written = fromFile(file, root);
        Map<Key, String> said = new HashMap<>();
        Keys.ALL.stream()
                .filter(key -> written.containsKey(key.path()))
                .forEach(key -> said.put(key, requireNonNull(written.get(key.path()), "the file has the key")));
        return of(said, environment, root, written);
    }

    private static Configuration of(
            Map<Key, String> options, Map<String, String> environment, JsonNode root, Map<String, String> written) {
        Map<Key, String> values = new HashMap<>();
        for (Key key : Keys.ALL) {
            String value = options.get(key);
            if (value == null) {
                value = environment.get(key.variable());
            }
            if (value == null && Keys.SHORT.containsKey(key)) {
                value = environment.get(Keys.SHORT.get(key));
            }
            if (value == null) {
                value = written.get(key.path());
            }
            values.put(key, value == null ? key.fallback() : value.strip());
        }
        return new Configuration(values, root.path(DECLARED));
    }

    /** What {@code [declarative]} says that there is; nothing if it is not there. */
    JsonNode declared() {
        return declared;
    }

    private static String contents(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new SettingsException(
                    "the configuration file " + file + " cannot be read: " + unreadable.getMessage());
        }
    }

    private static JsonNode parsed(Path file, String contents) {
        try {
            return new TomlMapper().readTree(contents);
        } catch (JacksonException malformed) {
            throw new SettingsException(
                    "the configuration file " + file + " is not TOML: " + malformed.getOriginalMessage() + " (line "
                            + malformed.getLocation().getLineNr() + ")");
        }
    }

    private static Map<String, String> fromFile(Path file, JsonNode root) {
        Map<String, String> values = new HashMap<>();
        root.properties().forEach(section -> {
            if (!section.getValue().isObject()) {
                throw unknown(file, section.getKey());
            }
            if (!section.getKey().equals(DECLARED)) {
                flatten(section.getKey(), section.getValue(), values);
            }
        });
        List<String> known = Keys.ALL.stream().map(Key::path).toList();
        values.keySet().stream()
                .filter(path -> !known.contains(path))
                .sorted()
                .findFirst()
                .ifPresent(path -> {
                    throw unknown(file, path);
                });
        return values;
    }

    private static void flatten(String section, JsonNode table, Map<String, String> values) {
        table.properties().forEach(entry -> {
            String path = section + "." + entry.getKey();
            if (entry.getValue().isObject()) {
                flatten(path, entry.getValue(), values);
            } else {
                values.put(path, text(entry.getValue()));
            }
        });
    }

    private static SettingsException unknown(Path file, String path) {
        String keys = String.join(", ", Keys.ALL.stream().map(Key::path).toList());
        return new SettingsException(file + " has a key '" + path + "', which does not exist. The keys are: " + keys);
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return String.join(
                    ",", value.valueStream().map(Configuration::element).toList());
        }
        return value.asString();
    }

    /** A table within a list is {@code name=value} words. */
    private static String element(JsonNode value) {
        return value.isObject()
                ? String.join(
                        " ",
                        value.properties().stream()
                                .map(one -> one.getKey() + "=" + one.getValue().asString())
                                .toList())
                : value.asString();
    }

    String text(Key key) {
        return requireNonNull(values.get(key), "the key is not in the table");
    }

    Optional<String> optional(Key key) {
        return Optional.of(text(key)).filter(value -> !value.isEmpty());
    }

    List<String> list(Key key) {
        return Arrays.stream(text(key).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    boolean flag(Key key) {
        return switch (text(key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(key, "true or false");
        };
    }

    int number(Key key, int least, int most) {
        try {
            int number = Integer.parseInt(text(key));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw wrong(key, "a number from " + least + " to " + most);
    }

    double decimal(Key key) {
        try {
            double number = text(key).isEmpty() ? 0 : Double.parseDouble(text(key));
            if (number >= 0 && number < 1e6) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw wrong(key, "a number such as 1.5");
    }

    /** Empty for a key without a value; a number alone is seconds. */
    Optional<Duration> duration(Key key) {
        if (text(key).isEmpty()) {
            return Optional.empty();
        }
        Matcher duration = DURATION.matcher(text(key));
        if (!duration.matches() || duration.group(1).length() > 9) {
            throw wrong(key, "a time such as 90s, 45m or 2h");
        }
        long amount = Long.parseLong(duration.group(1));
        return Optional.of(
                switch (duration.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s", "" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                });
    }

    /** In bytes; 0 for a key without a value. */
    long size(Key key) {
        if (text(key).isEmpty()) {
            return 0;
        }
        Matcher size = SIZE.matcher(text(key));
        if (!size.matches() || size.group(1).length() > 12) {
            throw wrong(key, "a size such as 512MiB or 4GiB");
        }
        String unit = size.group(2) == null ? "B" : size.group(2);
        int shift = List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(unit) * 10;
        return Long.parseLong(size.group(1)) << shift;
    }

    SettingsException wrong(Key key, String expected) {
        return new SettingsException(key.path() + " is '" + text(key) + "', expected " + expected + " (in the file ["
                + key.section() + "] " + key.name() + ", in the environment " + key.variable() + ")");
    }
}
