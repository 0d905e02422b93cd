package dev.trivet.srht.guest;

import dev.trivet.srht.manifest.EnvironmentValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of {@code ~/.buildenv} (spec sections 2.2 and 5.4): the function {@code complete-build}, then the variables. Every task
 * sources it afresh with bash, and may append to it.
 */
public final class BuildEnvironment {
    /** Where the file stands, relative to the home directory. */
    public static final String PATH = ".buildenv";

    /** Its permissions. */
    public static final int MODE = 0755;

    /** The file that {@code complete-build} writes, relative to the home directory; {@link #isComplete} judges what is in it. */
    public static final String COMPLETE_BUILD_PATH = ".complete-build";

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final String HEADER = """
            #!/bin/sh
            complete-build() {
            	echo 1 > ~/.complete-build
            	exit 0
            }
            """;

    private BuildEnvironment() {}

    /** What every job finds in its environment, whatever its manifest says. */
    public static Map<String, String> added(String origin, String owner, long id) {
        Map<String, String> added = new LinkedHashMap<>();
        added.put("CI_NAME", "sourcehut");
        added.put("JOB_ID", Long.toString(id));
        added.put("JOB_URL", origin + "/~" + owner + "/job/" + id);
        return added;
    }

    /** Why no file can be made of these variables, or nothing when one can. The job fails with it while it sets up. */
    public static Optional<String> problem(Map<String, EnvironmentValue> environment) {
        return environment.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof EnvironmentValue.Unusable)
                .map(entry -> "environment variable " + entry.getKey() + " is "
                        + ((EnvironmentValue.Unusable) entry.getValue()).kind()
                        + "; only strings, numbers, booleans and lists of them can be given to a build")
                .findFirst();
    }

    /**
     * The text of the file.
     *
     * @param environment of the manifest; without a {@link #problem}
     * @param added variables that win over those of the manifest, see {@link #added}
     */
    public static String text(Map<String, EnvironmentValue> environment, Map<String, String> added) {
        var text = new StringBuilder(HEADER);
        environment.forEach((name, value) -> {
            if (!added.containsKey(name)) {
                text.append(line(name, value)).append('\n');
            }
        });
        added.forEach((name, value) ->
                text.append(line(name, new EnvironmentValue.Text(value))).append('\n'));
        return text.toString();
    }

    /** Whether the content of {@link #COMPLETE_BUILD_PATH} says that the remaining tasks are to be skipped. */
    public static boolean isComplete(String content) {
        return content.strip().equals("1");
    }

    private static String line(String name, EnvironmentValue value) {
        return switch (value) {
            case EnvironmentValue.Empty empty -> "export " + name + "=\"\"";
            case EnvironmentValue.Single single -> "export " + name + "=" + quote(single.text());
            case EnvironmentValue.Items items ->
                items.items().stream()
                        .map(item -> arrayItem(item.text()))
                        .collect(Collectors.joining(" ", name + "=(", ")"));
            case EnvironmentValue.Unusable unusable ->
                throw new IllegalArgumentException(name + " is " + unusable.kind() + ": ask for the problem first");
        };
    }

    /** The text as one word of a POSIX shell; nothing in it is special any more. */
    public static String quote(String text) {
        if (BARE.matcher(text).matches()) {
            return text;
        }
        return "'" + text.replace("'", "'\"'\"'") + "'";
    }

    /**
     * An item in double quotes: the shell expands variables and commands in it, which manifests rely on. A quote that would end
     * the item is escaped, unless the item contains a command, whose own quotes must stay.
     */
    private static String arrayItem(String text) {
        if (text.contains("$(") || text.contains("`")) {
            return "\"" + text + "\"";
        }
        var item = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                item.append(c).append(text.charAt(++i));
            } else if (c == '\\' || c == '"') {
                item.append('\\').append(c);
            } else {
                item.append(c);
            }
        }
        return item.append('"').toString();
    }
}
