package dev.trivet.harmont.pipeline;

import java.util.Locale;
import java.util.Objects;

/**
 * One edge of a pipeline: the step {@code to} waits for the step {@code from} (spec section 3.4).
 *
 * @param from key of the prerequisite
 * @param to key of the dependent
 * @param onFinish whether the end of {@code from} suffices, however it ended; never with {@link Kind#BUILDS_IN}
 */
public record Dependency(String from, String to, Kind kind, boolean onFinish) {
    public Dependency {
        Objects.requireNonNull(from, "from is null");
        Objects.requireNonNull(to, "to is null");
        Objects.requireNonNull(kind, "kind is null");
        if (onFinish && kind == Kind.BUILDS_IN) {
            throw new IllegalArgumentException("a failed step leaves no snapshot to build in");
        }
    }

    /** What the dependent takes from its prerequisite. */
    public enum Kind {
        /** Also its file system: the dependent starts on the prerequisite's snapshot. */
        BUILDS_IN,
        /** Only the order. */
        DEPENDS_ON;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
