package dev.trivet.runner;

import dev.trivet.core.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * A runner's settings.
 *
 * @param slots jobs at once
 * @param defaults limits of a job that names none, and ceilings of one that does
 * @param beatInterval pause between two signs of life
 * @param leaseTimeout without an answer for this long the runner has lost its leases and kills its jobs by its own clock
 * @param keepsLeasesAlone whether no other server shares the database: then nobody can give the jobs away while it is down, and
 *     they go on
 * @param fileSources whether jobs may name repositories by {@code file:} URLs, which are read on this host
 * @param packageLayerAge how long a layer of installed packages is used before it is made anew
 * @param work directory for small files of the runner's own
 */
public record RunnerConfig(
        int slots,
        Limits defaults,
        Duration beatInterval,
        Duration leaseTimeout,
        boolean keepsLeasesAlone,
        boolean fileSources,
        Duration packageLayerAge,
        Path work) {
    public RunnerConfig {
        Objects.requireNonNull(defaults, "defaults is null");
        Objects.requireNonNull(beatInterval, "beatInterval is null");
        Objects.requireNonNull(leaseTimeout, "leaseTimeout is null");
        Objects.requireNonNull(packageLayerAge, "packageLayerAge is null");
        Objects.requireNonNull(work, "work is null");
        if (slots < 1) {
            throw new IllegalArgumentException("a runner has at least one slot, not " + slots);
        }
    }
}
