package dev.trivet.engine;

import java.util.Objects;

/** A registered runner. The generation grows with each registration; what an older one held is lost at once. */
public record RunnerSession(RunnerInfo runner, long generation) {
    public RunnerSession {
        Objects.requireNonNull(runner, "runner is null");
    }
}
