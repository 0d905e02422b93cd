package dev.trivet.web;

import dev.trivet.store.ArtifactRow;
import dev.trivet.store.EdgeRow;
import dev.trivet.store.JobRow;
import dev.trivet.store.StepRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as its page shows it.
 *
 * @param jobs all of them
 * @param shown the one whose steps and logs are shown, or null if the run has none
 * @param steps its steps
 * @param artifacts of all jobs
 * @param edges between the jobs, as many as a page can show
 */
record RunSnapshot(
        Runs.Entry entry,
        List<JobRow> jobs,
        @Nullable JobRow shown,
        List<StepRow> steps,
        List<ArtifactRow> artifacts,
        List<EdgeRow> edges) {
    RunSnapshot {
        jobs = List.copyOf(jobs);
        steps = List.copyOf(steps);
        artifacts = List.copyOf(artifacts);
        edges = List.copyOf(edges);
    }

    /** Nothing will change any more. */
    boolean ended() {
        return entry.run().state().terminal();
    }
}
