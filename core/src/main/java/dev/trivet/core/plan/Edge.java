package dev.trivet.core.plan;

import java.util.Locale;
import java.util.Objects;

/**
 * {@code to} waits for {@code from}.
 *
 * @param from key of the prerequisite
 * @param to key of the dependent
 */
public record Edge(String from, String to, Kind kind, Condition condition) {
    public Edge {
        Objects.requireNonNull(from, "from is null");
        Objects.requireNonNull(to, "to is null");
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(condition, "condition is null");
    }

    public static Edge dependsOn(String from, String to) {
        return new Edge(from, to, Kind.DEPENDS_ON, Condition.PASSED);
    }

    public static Edge buildsIn(String from, String to) {
        return new Edge(from, to, Kind.BUILDS_IN, Condition.PASSED);
    }

    /** What the dependent takes from its prerequisite. */
    public enum Kind {
        /** Only the order. */
        DEPENDS_ON,
        /** Also its file system: the dependent starts on the prerequisite's snapshot. */
        BUILDS_IN;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** When the edge is satisfied. */
    public enum Condition {
        /** The prerequisite passed, or failed softly; otherwise the dependent is skipped. */
        PASSED,
        /** The prerequisite ended, however. */
        FINISHED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
