package dev.trivet.srht.guest;

import dev.trivet.srht.manifest.Manifest;
import java.util.Objects;

/**
 * The file {@code ~/.tasks/NAME} of a task (spec section 5.2): bash that sources {@code ~/.buildenv} untraced, then echoes every
 * command and stops at the first that fails, and knows {@code acurl}.
 *
 * @param name of the task
 * @param text the whole file
 */
public record TaskScript(String name, String text) {
    /** Permissions of the file. */
    public static final int MODE = 0755;

    /** The directory of all of them, relative to the home directory. */
    public static final String DIRECTORY = ".tasks";

    private static final String PREAMBLE = """
            #!/usr/bin/env bash
            . ~/.buildenv
            set -xe
            acurl() (
            	{ set +x; } 2>/dev/null
            	curl -H "Authorization: Bearer $OAUTH2_TOKEN" "$@"
            )
            """;

    public TaskScript {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(text, "text is null");
    }

    /** The file of a task. */
    public static TaskScript of(Manifest.Task task) {
        return new TaskScript(task.name(), PREAMBLE + task.script() + "\n");
    }

    /** Where the file stands, relative to the home directory. */
    public String path() {
        return DIRECTORY + "/" + name;
    }
}
