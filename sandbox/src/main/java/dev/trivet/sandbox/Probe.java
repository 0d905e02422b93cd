package dev.trivet.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Result of a backend's self-test.
 *
 * @param backend its id
 * @param usable whether jobs can run with it
 * @param checks every check that was made, in order
 */
public record Probe(String backend, boolean usable, List<Check> checks) {
    public Probe {
        checks = List.copyOf(checks);
    }

    /**
     * One check.
     *
     * @param name what was tried, such as {@code network without host loopback}
     * @param detail what was seen
     * @param remedy the one thing to do about it when it failed, such as a command to run
     */
    public record Check(
            String name,
            boolean passed,
            String detail,
            @Nullable String remedy) {}
}
