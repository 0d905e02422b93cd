package dev.trivet.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The configuration file that says nothing but the defaults: every key with its meaning, those without a default put out of use. */
final class DefaultsFile {
    private DefaultsFile() {}

    static String text() {
        Map<String, List<Key>> sections =
                Keys.ALL.stream().collect(Collectors.groupingBy(Key::section, LinkedHashMap::new, Collectors.toList()));
        return sections.entrySet().stream()
                .map(section -> "[" + section.getKey() + "]\n"
                        + section.getValue().stream().map(DefaultsFile::line).collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    private static String line(Key key) {
        boolean plain = key.fallback().matches("true|false|\\d{1,9}");
        String value = plain ? key.fallback() : "\"" + key.fallback() + "\"";
        return "# " + key.meaning() + "\n" + (key.fallback().isEmpty() ? "# " : "") + key.name() + " = " + value + "\n";
    }
}
