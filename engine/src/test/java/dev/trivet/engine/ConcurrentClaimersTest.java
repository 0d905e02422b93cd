package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import dev.trivet.store.Database;
import dev.trivet.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Invariant 2: several servers with many claimers on one database start every attempt at most once. */
@ExtendWith(TestDatabase.class)
class ConcurrentClaimersTest {
    private static final int JOBS = 600;
    private static final int CLAIMERS = 4;

    private final Set<AttemptRef> started = ConcurrentHashMap.newKeySet();
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicInteger doubles = new AtomicInteger();

    @Test
    void everyAttemptStartsAtMostOnce(Database database, TestDatabase databases) throws Exception {
        List<Engine> servers = new ArrayList<>();
        try (Database second = Database.connect(databases.config());
                ExecutorService claimers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Database own : List.of(database, second)) {
                var engine = new Engine(own, Clock.systemUTC(), EngineConfig.DEFAULT);
                engine.start();
                servers.add(engine);
            }
            List<Future<?>> work = new ArrayList<>();
            for (Engine engine : servers) {
                work.add(claimers.submit(() -> submit(engine)));
                for (int claimer = 0; claimer < CLAIMERS; claimer++) {
                    work.add(claimers.submit(() -> claim(engine)));
                }
            }
            for (Future<?> task : work) {
                task.get(60, TimeUnit.SECONDS);
            }
        } finally {
            servers.forEach(Engine::close);
        }
        assertThat(doubles).hasValue(0);
        assertThat(started).hasSize(JOBS);
        List<String> states = database.read(handle -> handle.createQuery("select distinct state from job")
                .mapTo(String.class)
                .list());
        assertThat(states).containsExactly("passed");
    }

    private void submit(Engine engine) {
        for (int run = 0; run < JOBS / 20; run++) {
            engine.submit(EngineFixture.plan(
                    "tenant" + run % 3,
                    IntStream.range(0, 10)
                            .mapToObj(job -> EngineFixture.job("j" + job))
                            .toList()));
        }
    }

    private Void claim(Engine engine) throws InterruptedException {
        RunnerSession session = engine.register(new RunnerInfo(UUID.randomUUID(), "runner", Set.of(), Set.of(), 3));
        while (passed.get() < JOBS) {
            for (Lease lease : engine.claim(session, 3, Duration.ofMillis(200))) {
                if (engine.started(lease.ref()) == Verdict.ACCEPTED && !started.add(lease.ref())) {
                    doubles.incrementAndGet();
                }
                if (engine.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null))
                        == Verdict.ACCEPTED) {
                    passed.incrementAndGet();
                }
            }
            engine.beat(session);
        }
        return null;
    }
}
