package dev.trivet.core.plan;

import java.util.Objects;

/**
 * A file written into the sandbox before the first step, owned by the job's user.
 *
 * @param path absolute path in the sandbox; missing directories are made
 * @param mode permission bits, such as 0755
 * @param text its content
 */
public record FileSpec(String path, int mode, String text) {
    public FileSpec {
        Objects.requireNonNull(text, "text is null");
        if (!path.startsWith("/") || path.contains("\0")) {
            throw new IllegalArgumentException("a file's path in the sandbox is absolute, not: " + path);
        }
        if (mode < 0 || mode > 07777) {
            throw new IllegalArgumentException("a mode has four octal digits");
        }
    }
}
