package dev.trivet.engine;

import dev.trivet.core.json.Json;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Writes the rows of jobs, attempts and steps whose attempt has ended. */
final class EndedRows {
    private EndedRows() {}

    static void writeJobs(Ledger ledger, Handle handle, List<Ending> ended) {
        handle.createUpdate("""
                        update job set state = f.state, outcome = cast(f.outcome as jsonb), soft_failed = f.soft,
                            snapshot = f.snapshot, snapshot_runner = f.runner, stop = null,
                            retries = retries + f.retried, losses = losses + f.lost,
                            ready_at = case when f.terminal then ready_at else :now end,
                            finished_at = case when f.terminal then cast(:now as timestamptz) end
                        from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:outcomes as text[]),
                                cast(:softs as boolean[]), cast(:snapshots as text[]), cast(:runners as uuid[]),
                                cast(:terminal as boolean[]), cast(:retried as int[]), cast(:lost as int[]))
                            as f(id, state, outcome, soft, snapshot, runner, terminal, retried, lost)
                        where job.id = f.id
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        ended.stream().map(ending -> ending.row().id()).toList())
                .bindArray(
                        "states",
                        String.class,
                        ended.stream().map(ending -> ending.target().wireName()).toList())
                .bindArray(
                        "outcomes",
                        String.class,
                        ended.stream()
                                .map(ending -> Json.write(ending.outcome()))
                                .toList())
                .bindArray(
                        "softs",
                        Boolean.class,
                        ended.stream().map(ending -> ending.soft()).toList())
                .bindArray(
                        "snapshots",
                        String.class,
                        ended.stream().map(ending -> ending.result().snapshot()).toArray())
                .bindArray(
                        "runners",
                        UUID.class,
                        ended.stream()
                                .map(ending -> ending.result().snapshot() == null ? null : ending.runner())
                                .toArray())
                .bindArray(
                        "terminal",
                        Boolean.class,
                        ended.stream().map(ending -> ending.target().terminal()).toList())
                .bindArray(
                        "retried",
                        Integer.class,
                        ended.stream().map(Ending::retried).toList())
                .bindArray(
                        "lost", Integer.class, ended.stream().map(Ending::lost).toList())
                .execute();
    }

    static void writeAttempts(Ledger ledger, Handle handle, List<Ending> ended) {
        handle.createUpdate("""
                        update attempt set finished_at = :now, state = f.state, outcome = cast(f.outcome as jsonb)
                        from unnest(cast(:ids as bigint[]), cast(:numbers as int[]), cast(:states as text[]),
                                cast(:outcomes as text[])) as f(id, number, state, outcome)
                        where attempt.job_id = f.id and attempt.number = f.number
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        ended.stream().map(ending -> ending.row().id()).toList())
                .bindArray(
                        "numbers",
                        Integer.class,
                        ended.stream()
                                .map(ending -> ending.result().ref().attempt())
                                .toList())
                .bindArray(
                        "states",
                        String.class,
                        ended.stream().map(Ending::attemptState).toList())
                .bindArray(
                        "outcomes",
                        String.class,
                        ended.stream()
                                .map(ending -> Json.write(ending.outcome()))
                                .toList())
                .execute();
    }

    /** A step that nobody saw the end of ends with its attempt; all steps of a job that is repeated start again. */
    static void writeSteps(Ledger ledger, Handle handle, List<Ending> ended) {
        handle.createUpdate("""
                        update step set state = f.state, exit_code = case when f.state = 'pending' then null else exit_code end,
                            started_at = case when f.state = 'pending' then null else started_at end,
                            finished_at = case when f.state = 'pending' then null else cast(:now as timestamptz) end
                        from unnest(cast(:ids as bigint[]), cast(:states as text[])) as f(id, state)
                        where step.job_id = f.id
                          and (step.state = 'running' or (f.state = 'pending' and step.state <> 'pending'))
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        ended.stream().map(ending -> ending.row().id()).toList())
                .bindArray(
                        "states",
                        String.class,
                        ended.stream().map(Ending::openStepState).toList())
                .execute();
    }
}
