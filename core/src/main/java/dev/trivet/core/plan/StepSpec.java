package dev.trivet.core.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One command of a job, with a log and an exit code of its own.
 *
 * @param name unique within the job
 * @param command argument vector
 * @param environment added to the job's environment
 * @param timeout longest time, or null for the job's own bound alone
 */
public record StepSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        @Nullable Duration timeout) {
    public StepSpec {
        Objects.requireNonNull(name, "name is null");
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("step " + name + " has no command");
        }
    }
}
