package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.Migrations;
import dev.trivet.store.TestCluster;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Invariants 1, 3 and 7: PostgreSQL is killed again and again under a busy engine; whatever was acknowledged is there afterwards,
 * everything ends exactly once, and work goes on by itself.
 */
class DatabaseCrashTest {
    private static final int CRASHES = 5;
    private static final int WORK_BETWEEN_CRASHES = 40;

    private final Set<Long> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Long> acknowledgedEnds = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicInteger doubleEnds = new AtomicInteger();
    private final CountDownLatch submitted = new CountDownLatch(1);

    @Test
    void nothingAcceptedIsLostAndEverythingEndsOnce() throws Exception {
        try (TestCluster cluster = new TestCluster()) {
            new Migrations(List.of(MigrationSet.ENGINE)).migrate(cluster.config());
            try (Database database = Database.connect(cluster.config());
                    Engine engine = new Engine(database, Clock.systemUTC(), EngineConfig.DEFAULT);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                engine.start();
                Future<?> submitting = threads.submit(() -> submitUntilDone(engine));
                Future<?> runner = threads.submit(() -> runUntilDone(engine));
                Future<?> other = threads.submit(() -> runUntilDone(engine));
                for (int crash = 0; crash < CRASHES; crash++) {
                    awaitEnds((crash + 1) * WORK_BETWEEN_CRASHES);
                    cluster.kill();
                    cluster.start();
                }
                submitted.countDown();
                submitting.get(30, TimeUnit.SECONDS);
                runner.get(60, TimeUnit.SECONDS);
                other.get(60, TimeUnit.SECONDS);
                check(database);
            }
        }
    }

    private void check(Database database) {
        Set<Long> stored = Set.copyOf(database.read(handle ->
                handle.createQuery("select id from run").mapTo(Long.class).list()));
        assertThat(stored).as("accepted runs").containsAll(accepted);
        List<String> open = database.read(
                handle -> handle.createQuery("""
                        select id || ' ' || state from run where finished_at is null
                        union all select id || ' ' || state from job where finished_at is null
                        """).mapTo(String.class).list());
        assertThat(open).as("what never ended").isEmpty();
        assertThat(doubleEnds).as("jobs whose end was acknowledged twice").hasValue(0);
        List<Long> twice = database.read(
                handle -> handle.createQuery("""
                        select job_id from event where kind in ('job.passed', 'job.failed', 'job.lost', 'job.skipped')
                        group by job_id having count(*) > 1
                        """).mapTo(Long.class).list());
        assertThat(twice).as("jobs with two ends in the events").isEmpty();
        List<Long> passed = database.read(handle -> handle.createQuery("select id from job where state = 'passed'")
                .mapTo(Long.class)
                .list());
        assertThat(passed).as("acknowledged ends").containsAll(acknowledgedEnds);
        List<String> tallies = database.read(
                handle -> handle.createQuery("""
                        select distinct state from run
                        """).mapTo(String.class).list());
        assertThat(tallies).isSubsetOf("passed", "failed");
    }

    private Void submitUntilDone(Engine engine) throws InterruptedException {
        while (submitted.getCount() > 0) {
            try {
                accepted.add(engine.submit(EngineFixture.plan(
                                "alice",
                                List.of(EngineFixture.job("a"), EngineFixture.job("b"), EngineFixture.job("c")),
                                Edge.dependsOn("a", "c")))
                        .runId());
            } catch (DatabaseUnavailableException unavailable) {
                submitted.await(20, TimeUnit.MILLISECONDS);
            }
        }
        return null;
    }

    private Void runUntilDone(Engine engine) throws InterruptedException {
        RunnerSession session = null;
        int idle = 0;
        while (submitted.getCount() > 0 || idle < 3) {
            try {
                if (session == null) {
                    session = engine.register(new RunnerInfo(UUID.randomUUID(), "r", Set.of(), Set.of(), 5));
                }
                engine.beat(session);
                List<Lease> leases = engine.claim(session, 5, Duration.ofMillis(500));
                idle = leases.isEmpty() ? idle + 1 : 0;
                if (idle == 1) {
                    // A claim whose answer was lost left leases that nobody executes; who leaves gives them back.
                    engine.leave(session);
                    session = null;
                }
                leases.forEach(lease -> execute(engine, lease));
            } catch (DatabaseUnavailableException unavailable) {
                idle = 0;
                submitted.await(20, TimeUnit.MILLISECONDS);
            }
        }
        return null;
    }

    /** As a runner does: repeats what was not answered. */
    private void execute(Engine engine, Lease lease) {
        boolean started = false;
        while (true) {
            try {
                if (!started && engine.started(lease.ref()) == Verdict.STALE && !startedUnanswered(engine, lease)) {
                    return;
                }
                started = true;
                Verdict verdict = engine.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null));
                ends.incrementAndGet();
                if (verdict == Verdict.ACCEPTED
                        && !acknowledgedEnds.add(lease.ref().jobId())) {
                    doubleEnds.incrementAndGet();
                }
                return;
            } catch (DatabaseUnavailableException unavailable) {
                Thread.onSpinWait();
            }
        }
    }

    /** A start whose answer was lost has happened: then the lease is still there. */
    private static boolean startedUnanswered(Engine engine, Lease lease) {
        return engine.holdsLease(lease.ref());
    }

    private void awaitEnds(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ends.get() < count) {
            assertThat(System.nanoTime())
                    .as("deadline for %s ends, %s came", count, ends)
                    .isLessThan(deadline);
            submitted.await(5, TimeUnit.MILLISECONDS);
        }
    }
}
