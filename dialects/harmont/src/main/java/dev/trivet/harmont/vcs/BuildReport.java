package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a forge is told of a build, as the build is now (spec section 6.3).
 *
 * @param id its public id, {@code external_build_id}
 * @param number of the pipeline's builds, from 1 on
 * @param state its state word (spec section 1.3)
 * @param page its page ({@link ForgeSettings#buildUrl})
 * @param message what is wrong with it as a whole, for example that its pipeline cannot be rendered
 * @param jobs its steps in the order in which they shall be shown
 */
public record BuildReport(
        UUID id,
        String pipelineSlug,
        long number,
        String state,
        URI page,
        @Nullable String message,
        List<JobReport> jobs) {
    public BuildReport {
        requireNonNull(id, "id is null");
        requireNonNull(pipelineSlug, "pipelineSlug is null");
        requireNonNull(state, "state is null");
        requireNonNull(page, "page is null");
        jobs = List.copyOf(jobs);
    }

    /** When its first step started. */
    Optional<Instant> startedAt() {
        return jobs.stream().map(JobReport::startedAt).filter(Objects::nonNull).min(Instant::compareTo);
    }

    /** When its last step finished. */
    Optional<Instant> finishedAt() {
        return jobs.stream().map(JobReport::finishedAt).filter(Objects::nonNull).max(Instant::compareTo);
    }
}
