package dev.trivet.circus;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobState;
import dev.trivet.engine.Event;
import dev.trivet.engine.EventFeed;
import dev.trivet.logs.LogStore;
import dev.trivet.nix.BuildResult;
import dev.trivet.store.Database;
import dev.trivet.store.JobRow;
import dev.trivet.store.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the engine: what its jobs do becomes what builds show. Repeated events do no harm, and events of a job that a build has no longer
 * change nothing.
 */
final class CircusListener implements Consumer<List<Event>> {
    private static final Logger log = LoggerFactory.getLogger(CircusListener.class);
    private static final String SAVEPOINT = "build";
    private static final String RUNNING = "job." + JobState.RUNNING.wireName();
    private static final Map<String, JobState> ENDS = java.util.Arrays.stream(JobState.values())
            .filter(JobState::terminal)
            .collect(Collectors.toUnmodifiableMap(state -> "job." + state.wireName(), state -> state));

    private final Database database;
    private final BuildStore builds;
    private final RunStore runs;
    private final LogStore logs;
    private final Elsewhere elsewhere;
    private final Runnable ended;

    /** @param ended is called after builds have ended */
    CircusListener(Database database, RunStore runs, LogStore logs, Elsewhere elsewhere, Runnable ended) {
        this.elsewhere = Objects.requireNonNull(elsewhere, "elsewhere is null");
        this.database = Objects.requireNonNull(database, "database is null");
        this.builds = new BuildStore(database);
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.ended = Objects.requireNonNull(ended, "ended is null");
    }

    void listenTo(EventFeed feed) {
        feed.listen(CircusPlanner.DIALECT, this);
    }

    /** Finds builds whose jobs have ended without anybody taking notice: who was to has stopped in between. Once, at the start. */
    void lookBack() {
        builds.overlooked().forEach(this::leave);
    }

    /** Ends builds that another server should have ended. */
    void takeOver() {
        List<Event> due = elsewhere.due();
        if (!due.isEmpty()) {
            accept(due);
        }
    }

    private void leave(Event end) {
        elsewhere.await(Objects.requireNonNull(end.jobId(), "an end of no job"), end);
    }

    /** Whether another server may know how that ended. */
    private boolean isLeft(Event end) {
        JobState state = state(end);
        boolean told = state == JobState.PASSED || state == JobState.FAILED || state == JobState.TIMED_OUT;
        Long job = end.jobId();
        return told && job != null && !elsewhere.isOver(end.at()) && elsewhere.has(job);
    }

    @Override
    public void accept(List<Event> events) {
        Map<Long, Instant> started = new LinkedHashMap<>();
        Map<Long, Event> over = new LinkedHashMap<>();
        for (Event event : events) {
            Long job = event.jobId();
            if (job != null && event.kind().equals(RUNNING)) {
                started.put(job, event.at());
            } else if (job != null && ENDS.containsKey(event.kind())) {
                over.put(job, event);
            }
        }
        List<KnownBuild> finished = new ArrayList<>();
        for (KnownBuild build : builds.byJobs(over.keySet())) {
            Event end = Objects.requireNonNull(over.get(build.jobId()), "an end without an event");
            if (!build.status().finished() && isLeft(end)) {
                leave(end);
            } else {
                finished.add(build);
            }
        }
        if (finished.isEmpty() && builds.byJobs(started.keySet()).isEmpty()) {
            return;
        }
        List<End> ends = ends(finished, over);
        database.write(handle -> {
            var rows = new BuildEnds(handle);
            rows.started(started);
            Set<UUID> evaluations = new HashSet<>();
            Instant last = Instant.EPOCH;
            Set<UUID> again = new HashSet<>();
            for (End end : ends) {
                if (written(handle, rows, end)) {
                    evaluations.add(end.build.evaluationId());
                    if (end.isMachineLost()) {
                        again.add(end.build.id());
                    }
                }
                last = end.at.isAfter(last) ? end.at : last;
            }
            for (Event event : over.values()) {
                last = event.at().isAfter(last) ? event.at() : last;
            }
            evaluations.addAll(unbuilt(rows, finished, over));
            again.forEach(build -> BuildStore.restart(handle, build, false));
            rows.settle(evaluations, last);
            return true;
        });
        if (!finished.isEmpty()) {
            ended.run();
        }
    }

    /** What one runner says must not keep all others' builds from ending. */
    private static boolean written(Handle handle, BuildEnds rows, End end) {
        handle.savepoint(SAVEPOINT);
        try {
            return rows.end(end.build, end.status, end.message, end.report, end.at);
        } catch (UnableToExecuteStatementException unfit) {
            handle.rollbackToSavepoint(SAVEPOINT);
            log.warn("what the runner says of build {} cannot be stored", end.build.id(), unfit);
            return rows.end(
                    end.build,
                    BuildStatus.ABORTED,
                    "what the runner says of the build cannot be stored",
                    BuildReport.NONE,
                    end.at);
        }
    }

    /** Ends those that never ran: many at once, where a prerequisite of many has failed. Answers their evaluations. */
    private static List<UUID> unbuilt(BuildEnds rows, List<KnownBuild> finished, Map<Long, Event> over) {
        Map<JobState, List<Long>> jobs = new HashMap<>();
        Map<JobState, Instant> times = new HashMap<>();
        for (KnownBuild build : finished) {
            Event event = Objects.requireNonNull(over.get(build.jobId()), "an end without an event");
            JobState state = state(event);
            if (state == JobState.SKIPPED || state == JobState.CANCELED) {
                jobs.computeIfAbsent(state, _ -> new ArrayList<>()).add(build.jobId());
                times.merge(state, event.at(), (one, other) -> one.isAfter(other) ? one : other);
            }
        }
        List<UUID> evaluations = new ArrayList<>();
        jobs.forEach((state, those) -> evaluations.addAll(rows.unbuilt(
                those,
                state == JobState.SKIPPED ? BuildStatus.DEPENDENCY_FAILED : BuildStatus.CANCELLED,
                state == JobState.SKIPPED ? "a build that this one needs did not succeed" : null,
                Objects.requireNonNull(times.get(state), "no time"))));
        return evaluations;
    }

    private List<End> ends(List<KnownBuild> finished, Map<Long, Event> over) {
        Map<Long, JobRow> jobs = new HashMap<>();
        List<KnownBuild> built = finished.stream()
                .filter(build -> {
                    JobState state = state(Objects.requireNonNull(over.get(build.jobId()), "an end without an event"));
                    return state != JobState.SKIPPED && state != JobState.CANCELED;
                })
                .toList();
        runs.jobsById(built.stream().map(KnownBuild::jobId).toList()).forEach(job -> jobs.put(job.id(), job));
        List<End> ends = new ArrayList<>();
        for (KnownBuild build : built) {
            Event event = Objects.requireNonNull(over.get(build.jobId()), "an end without an event");
            JobRow job = jobs.get(build.jobId());
            ends.add(end(build, event, job == null ? null : job.outcome()));
        }
        return ends;
    }

    private End end(KnownBuild build, Event event, @Nullable Outcome outcome) {
        BuildReport report;
        try {
            report = BuildReport.read(logs, Objects.requireNonNull(build.jobId(), "a build without a job"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        BuildResult.Verdict verdict = report.verdict();
        JobState state = state(event);
        BuildStatus told =
                verdict == null ? null : BuildStatus.named(verdict.status()).orElse(null);
        String message = verdict != null && verdict.message() != null
                ? verdict.message()
                : outcome == null ? null : outcome.message();
        if (state == JobState.PASSED) {
            if (verdict == null && elsewhere.has(Objects.requireNonNull(build.jobId(), "a build without a job"))) {
                String gone = "the server that was told what was built is gone";
                return new End(build, BuildStatus.ABORTED, gone, report, event.at(), true);
            }
            String lie = lie(build, report, told);
            return lie == null
                    ? new End(build, BuildStatus.SUCCEEDED, null, report, event.at(), false)
                    : new End(build, BuildStatus.ABORTED, lie, BuildReport.NONE, event.at(), false);
        }
        return new End(build, status(state, told, outcome), message, report, event.at(), false);
    }

    /** What is wrong with what a runner says of a success, or null. */
    private static @Nullable String lie(KnownBuild build, BuildReport report, @Nullable BuildStatus told) {
        Set<String> seen =
                report.outputs().stream().map(BuildResult.Output::path).collect(Collectors.toSet());
        if (seen.isEmpty() || told != BuildStatus.SUCCEEDED) {
            return "the runner says that it was built, but not what came out";
        }
        // Where an output depends on its content, its path is only known now.
        Set<String> expected = build.outputs().values().stream()
                .filter(path -> path.startsWith("/"))
                .collect(Collectors.toSet());
        boolean complete = expected.size() == build.outputs().size() && !expected.isEmpty();
        if (!seen.containsAll(expected) || (complete && !expected.containsAll(seen))) {
            return "the runner tells of other outputs than the derivation has: " + seen;
        }
        return seen.stream()
                .filter(path -> !path.startsWith(build.store()))
                .findFirst()
                .map(path -> "the runner tells of an output that is not in the store: " + path)
                .orElse(null);
    }

    /** What a runner tells of a failure counts; otherwise what the engine saw. */
    private static BuildStatus status(JobState state, @Nullable BuildStatus told, @Nullable Outcome outcome) {
        if (state == JobState.FAILED && told != null && told.finished() && told != BuildStatus.SUCCEEDED) {
            return told;
        }
        if (state == JobState.TIMED_OUT) {
            return BuildStatus.TIMEOUT;
        }
        if (state == JobState.LOST) {
            return BuildStatus.ABORTED;
        }
        return outcome != null && outcome.reason() == Reason.LOG_LIMIT
                ? BuildStatus.LOG_LIMIT_EXCEEDED
                : BuildStatus.FAILED;
    }

    private static JobState state(Event event) {
        return Objects.requireNonNull(ENDS.get(event.kind()), "no end: " + event.kind());
    }

    /** @param serverLost whether a server is gone that knew more of it */
    private record End(
            KnownBuild build,
            BuildStatus status,
            @Nullable String message,
            BuildReport report,
            Instant at,
            boolean serverLost) {
        /** Not it was lost, but where it was built: without that it may be built. */
        boolean isMachineLost() {
            return status == BuildStatus.ABORTED
                    && (serverLost || !report.unreached().isEmpty());
        }
    }
}
