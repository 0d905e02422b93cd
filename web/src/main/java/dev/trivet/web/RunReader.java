package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.http.HttpException;
import dev.trivet.store.JobRow;
import dev.trivet.store.RunStore;
import dev.trivet.store.StepRow;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads what a run's page shows. Thread-safe. */
final class RunReader {
    private static final int MOST_EDGES = 20_000;

    private final Runs runs;
    private final RunStore store;

    RunReader(Runs runs, RunStore store) {
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.store = Objects.requireNonNull(store, "store is null");
    }

    /**
     * The run, if the viewer may see it.
     *
     * @param job whose logs are shown; if none is named, the first that did not go well, else the first
     * @throws HttpException 404 if the run has no such job
     */
    Optional<RunSnapshot> find(Optional<Principal> viewer, long runId, OptionalLong job) {
        return runs.find(viewer, runId).map(entry -> snapshot(entry, job));
    }

    private RunSnapshot snapshot(Runs.Entry entry, OptionalLong wanted) {
        List<JobRow> jobs = store.jobs(entry.run().id());
        JobRow shown = wanted.isEmpty() ? first(jobs) : named(jobs, wanted.getAsLong());
        List<StepRow> steps = shown == null ? List.of() : store.steps(shown.id());
        return new RunSnapshot(
                entry,
                jobs,
                shown,
                steps,
                store.artifacts(jobs.stream().map(JobRow::id).toList()),
                jobs.size() > 1 ? store.edges(entry.run().id(), MOST_EDGES) : List.of());
    }

    private static @Nullable JobRow first(List<JobRow> jobs) {
        return jobs.stream().min(Comparator.comparingInt(RunReader::interest)).orElse(null);
    }

    private static JobRow named(List<JobRow> jobs, long id) {
        return jobs.stream()
                .filter(job -> job.id() == id)
                .findFirst()
                .orElseThrow(() -> HttpException.notFound("this run has no job " + id));
    }

    /** What people look for comes first: what failed, then what runs. */
    static int interest(JobRow job) {
        return switch (job.state()) {
            case FAILED, TIMED_OUT, LOST -> job.softFailed() ? 2 : 0;
            case RUNNING -> 1;
            case LEASED, PASSED, CANCELED -> 3;
            case HELD, WAITING, READY, SKIPPED -> 4;
        };
    }
}
