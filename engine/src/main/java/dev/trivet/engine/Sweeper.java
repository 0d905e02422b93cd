package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time brings about: silent runners are lost, back-offs pass, runs time out, old events go. One pass is {@link #sweep()}; every
 * server may sweep, a pass that comes second finds nothing to do.
 */
final class Sweeper {
    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    private final Database database;
    private final Clock clock;
    private final EngineConfig config;
    private final Engine engine;
    private final Runners runners;
    private @Nullable Instant healthySince;
    private @Nullable Instant lastSweep;
    private Instant pruned = Instant.EPOCH;
    private Instant strandedSought = Instant.EPOCH;

    Sweeper(Database database, Clock clock, EngineConfig config, Engine engine, Runners runners) {
        this.database = requireNonNull(database, "database is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.config = requireNonNull(config, "config is null");
        this.engine = requireNonNull(engine, "engine is null");
        this.runners = requireNonNull(runners, "runners is null");
    }

    /** One pass. Called by one thread at a time. */
    synchronized void sweep() {
        Instant now = clock.instant();
        Instant last = lastSweep;
        Instant since = healthySince;
        if (since == null
                || last == null
                || Duration.between(last, now).compareTo(config.leaseTimeout().dividedBy(2)) > 0) {
            // While this server slept or the database was away no beat could arrive: runners get their full time again.
            since = now;
            healthySince = since;
        }
        try {
            loseOrphans(now, since);
            releaseDelayed(now);
            endOverdueRuns(now);
            loseStranded(now, since);
            prune(now);
            lastSweep = clock.instant();
        } catch (DatabaseUnavailableException unavailable) {
            log.debug("database unavailable, nothing swept");
        }
    }

    private void loseOrphans(Instant now, Instant since) {
        Instant limit = now.minus(config.leaseTimeout());
        // Before a full lease time of health only runners that left or were replaced are orphaned for certain.
        Instant silentSince = since.isAfter(limit) ? Instant.EPOCH : limit;
        for (AttemptRef ref : runners.orphans(silentSince)) {
            engine.finish(new AttemptResult(
                    ref, JobEvent.LOSE, Outcome.of(Reason.RUNNER_LOST, "the runner stopped answering"), null));
        }
    }

    private void releaseDelayed(Instant now) {
        engine.inTransaction((handle, ledger, wakeups) -> {
            List<Ledger.MovedJob> due = handle.createQuery("""
                            with due as (
                                delete from delayed where job_id in (
                                    select job_id from delayed where due_at <= :now order by due_at limit 1000
                                    for update skip locked)
                                returning job_id)
                            select id, run_id, lane_id, priority, key, cache_key from job join due on due.job_id = job.id
                            where state = 'ready'
                            """)
                    .bind("now", now)
                    .map((row, context) -> new Ledger.MovedJob(
                            row.getLong("id"),
                            row.getLong("run_id"),
                            dev.trivet.core.state.JobState.READY,
                            row.getLong("lane_id"),
                            row.getInt("priority"),
                            0,
                            row.getString("key"),
                            row.getString("cache_key"),
                            true))
                    .list();
            ledger.enqueue(due);
            return due.size();
        });
    }

    private void endOverdueRuns(Instant now) {
        List<Long> overdue = database.read(handle ->
                handle.createQuery("""
                        select id from run where deadline <= :now and finished_at is null and not timed_out limit 100
                        """).bind("now", now).mapTo(Long.class).list());
        overdue.forEach(runId -> engine.stopRun(runId, StopReason.RUN_TIMEOUT));
    }

    /** Before this server has been here for as long itself, an absent runner may be one that nobody could hear. */
    private void loseStranded(Instant now, Instant since) {
        Instant limit = now.minus(config.absence());
        if (since.isAfter(limit) || Duration.between(strandedSought, now).compareTo(BETWEEN_LOOKS) < 0) {
            return;
        }
        strandedSought = now;
        database.write(handle -> {
            Stranded.forgetAbsent(handle, limit);
            return true;
        });
        List<Stranded.Job> waiting = database.read(handle -> Stranded.waiting(handle, limit));
        if (!waiting.isEmpty()) {
            List<Long> lost = engine.inTransaction(
                    (handle, ledger, wakeups) -> new Stranded(config.absence()).lose(ledger, handle, waiting, limit));
            log.warn("jobs {} are lost: the runners whose files they build in are away", lost);
        }
    }

    private void prune(Instant now) {
        if (Duration.between(pruned, now).compareTo(Duration.ofMinutes(10)) < 0) {
            return;
        }
        database.write(handle -> handle.createUpdate("""
                        delete from event where seq in (select seq from event where at < :limit limit 20000)
                        """)
                .bind("limit", now.minus(config.eventRetention()))
                .execute());
        database.write(handle -> {
            Adoption.forget(handle, now, config.keptFor(), config.mostKept());
            return true;
        });
        pruned = now;
    }
}
