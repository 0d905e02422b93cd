package dev.trivet.srht.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code tasks} of a manifest: a list of mappings with exactly one name and its script. */
final class TaskReader {
    static final int MAX_NAME = 128;
    private static final String KEY = "tasks";
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1," + MAX_NAME + "}");

    private TaskReader() {}

    static List<Manifest.Task> read(YamlNode node) throws ManifestException {
        List<Manifest.Task> tasks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : Values.items(node, KEY, "a list of tasks")) {
            YamlNode.Entry entry = onlyEntry(item);
            Manifest.Task task = task(entry);
            if (!names.add(task.name())) {
                throw ManifestException.rule(
                        "duplicate task " + task.name(),
                        entry.key().position(),
                        KEY,
                        "give each task its own name, such as " + task.name() + "-2");
            }
            tasks.add(task);
        }
        return tasks;
    }

    private static YamlNode.Entry onlyEntry(YamlNode item) throws ManifestException {
        if (item instanceof YamlNode.Mapping mapping && mapping.entries().size() == 1) {
            return mapping.entries().values().iterator().next();
        }
        throw ManifestException.rule(
                "task must use the schema 'name: script' exactly once", item.position(), KEY, schemaHint(item));
    }

    private static String schemaHint(YamlNode item) {
        return switch (item) {
            case YamlNode.Scalar scalar -> "write '- name: |' and put the script on the lines below it, indented";
            case YamlNode.Sequence sequence -> "write '- name: |' and put the script on the lines below it, indented";
            case YamlNode.Mapping mapping when mapping.entries().isEmpty() -> "remove the empty item";
            case YamlNode.Mapping mapping ->
                "begin each task with its own '- ' (here: "
                        + String.join(
                                ", ",
                                mapping.entries().keySet().stream().limit(5).toList()) + ")";
        };
    }

    private static Manifest.Task task(YamlNode.Entry entry) throws ManifestException {
        String name = entry.key().text();
        if (!NAME.matcher(name).matches()) {
            throw ManifestException.rule(
                    "invalid task name '" + Values.shorten(name) + "': must match ^[a-z0-9_-]+$ and be <= " + MAX_NAME
                            + " characters",
                    entry.key().position(),
                    KEY,
                    nameHint(name));
        }
        return new Manifest.Task(name, Values.text(entry.value(), KEY + "." + name));
    }

    private static @Nullable String nameHint(String name) {
        String better = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
        if (better.length() > MAX_NAME) {
            better = better.substring(0, 32);
        }
        return better.replace("-", "").isEmpty() ? null : "call it " + better;
    }
}
