package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Jobs that build in the files of a runner which has been away for too long. Nobody else has these files, so the jobs are lost instead of
 * waiting for ever. Costs as much as absent runners have snapshots, whatever the backlog.
 */
final class Stranded {
    private static final String WAITING = """
            select j.id, j.run_id, r.name
            from runner r join snapshot s on s.runner_id = r.id
            join job base on base.snapshot = s.id and base.snapshot_runner = r.id
            join run on run.id = base.run_id and run.finished_at is null
            join job_edge e on e.from_job = base.id
            join job j on j.id = e.to_job and j.builds_in = base.id and j.state = 'ready'
            where r.beat_at < :limit order by j.id limit 1000
            """;

    private final Duration patience;

    /** @param patience how long a runner may be away */
    Stranded(Duration patience) {
        this.patience = requireNonNull(patience, "patience is null");
    }

    /** Runners that have been away since {@code limit} do not count as alive any more, until they beat again. */
    static void forgetAbsent(Handle handle, Instant limit) {
        handle.createUpdate("update runner set state = 'away' where state = 'alive' and beat_at < :limit")
                .bind("limit", limit)
                .execute();
    }

    /** The jobs that wait for runners which have been away since {@code limit}. */
    static List<Job> waiting(Handle handle, Instant limit) {
        return handle.createQuery(WAITING)
                .bind("limit", limit)
                .map((row, context) -> new Job(row.getLong("id"), row.getLong("run_id"), row.getString("name")))
                .list();
    }

    /** Ends them, as far as their runners are still away and nobody has claimed them, and skips what depends on them. */
    List<Long> lose(Ledger ledger, Handle handle, List<Job> seen, Instant limit) {
        ledger.lock(seen.stream().map(Job::runId).toList());
        List<Job> waiting =
                waiting(handle, limit).stream().filter(seen::contains).toList();
        ledger.dequeue(waiting.stream().map(Job::id).toList());
        List<Long> idle = handle.createQuery(
                        "select id from job where id = any(:ids) and state = 'ready' order by id for update")
                .bindArray("ids", Long.class, waiting.stream().map(Job::id).toList())
                .mapTo(Long.class)
                .list();
        Map<String, List<Long>> byRunner = waiting.stream()
                .filter(job -> idle.contains(job.id))
                .collect(Collectors.groupingBy(
                        Job::runner, TreeMap::new, Collectors.mapping(Job::id, Collectors.toList())));
        byRunner.forEach((runner, jobs) -> ledger.move(JobEvent.LOSE, jobs, Json.write(outcome(runner))));
        new Advance(ledger, handle).after(List.of(), idle);
        return idle;
    }

    private Outcome outcome(String runner) {
        String time = patience.toSecondsPart() == 0 ? patience.toMinutes() + " minutes" : patience.toSeconds() + " s";
        return Outcome.of(
                Reason.RUNNER_LOST,
                "the files that the job builds in are with the runner " + runner
                        + ", which has been away for more than " + time);
    }

    /** A job that waits for a runner of this name. */
    record Job(long id, long runId, String runner) {}
}
