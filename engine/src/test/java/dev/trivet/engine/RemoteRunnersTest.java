package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What runners over a network may touch, and how they hear that something is to be stopped. */
class RemoteRunnersTest {
    @RegisterExtension
    static final TestDatabase POSTGRES = new TestDatabase();

    private static final long TOKEN = 7;
    private static final Duration LONG = Duration.ofSeconds(60);

    private EngineFixture on;
    private RemoteRunners remote;
    private RunnerSession session;
    private LeaseCaller caller;
    private long run;
    private Lease lease;

    @BeforeEach
    void start() {
        on = new EngineFixture(POSTGRES.database());
        on.database.write(handle -> handle.execute("truncate run, queue, lease, lane, runner, snapshot cascade"));
        remote = new RemoteRunners(on.engine, on.database, on.clock, EngineConfig.DEFAULT.leaseTimeout());
        session = on.runner();
        caller = new LeaseCaller(session.runner().id(), session.generation(), TOKEN);
        assertThat(remote.introduced(caller.runner(), TOKEN, new RunnerHost("host", 1, Set.of(), Set.of(), 1, 1)))
                .isTrue();
        run = on.submit("job").runId();
        lease = on.claim(session, 1).getFirst();
    }

    @Test
    void aLeaseIsHeldByItsSessionWithItsCredentialAlone() {
        assertThat(remote.holds(caller, lease.ref(), 1)).isTrue();
        assertThat(remote.holds(caller, lease.ref(), 99)).isFalse();
        assertThat(remote.holds(new LeaseCaller(caller.runner(), caller.generation(), TOKEN + 1), lease.ref(), 1))
                .isFalse();
        assertThat(remote.holds(new LeaseCaller(caller.runner(), caller.generation() + 1, TOKEN), lease.ref(), 1))
                .isFalse();
        AttemptRef next = new AttemptRef(lease.ref().jobId(), lease.ref().attempt() + 1);
        assertThat(remote.holds(caller, next, 1)).isFalse();
    }

    @Test
    void aLeaseThatEndsIsHeldNoMore() {
        assertThat(remote.holds(caller, lease.ref(), 1)).isTrue();
        on.pass(lease);
        assertThat(remote.holds(caller, lease.ref(), 1)).isFalse();
    }

    @Test
    void aLeaseThatSilenceTookIsHeldNoMore() {
        assertThat(remote.holds(caller, lease.ref(), 1)).isTrue();
        for (int second = 0; second < 30; second++) {
            on.clock.advance(Duration.ofSeconds(1));
            assertThat(remote.holds(caller, lease.ref(), 1)).isEqualTo(on.engine.holdsLease(lease.ref()));
            on.engine.sweep();
            assertThat(remote.holds(caller, lease.ref(), 1)).isEqualTo(on.engine.holdsLease(lease.ref()));
        }
        assertThat(on.engine.holdsLease(lease.ref())).isFalse();
    }

    @Test
    void aLeaseOfASessionThatWasReplacedIsHeldNoMore() {
        assertThat(remote.holds(caller, lease.ref(), 1)).isTrue();
        on.engine.register(session.runner());
        assertThat(remote.holds(caller, lease.ref(), 1)).isFalse();
    }

    @Test
    void whatAnotherServerEndedIsSeenWithinASecond() {
        assertThat(remote.holds(caller, lease.ref(), 1)).isTrue();
        var elsewhere = new Engine(on.database, on.clock, EngineConfig.DEFAULT);
        elsewhere.finish(new AttemptResult(lease.ref(), JobEvent.LOSE, Outcome.PASSED, null));
        on.clock.advance(Duration.ofSeconds(1));
        assertThat(remote.holds(caller, lease.ref(), 1)).isFalse();
    }

    @Test
    void whoWaitsHearsOfACancelAtOnceAndOfWhatItKnowsNotAgain() throws Exception {
        on.engine.started(lease.ref());
        CompletableFuture<Map<AttemptRef, StopReason>> heard =
                CompletableFuture.supplyAsync(() -> stops(Set.of(), LONG));
        on.engine.cancelRun(run);
        assertThat(heard.get(10, TimeUnit.SECONDS)).containsExactly(Map.entry(lease.ref(), StopReason.CANCEL));
        assertThat(stops(Set.of(), LONG))
                .as("what happened before the question")
                .hasSize(1);
        assertThat(stops(Set.of(lease.ref()), Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void aSessionThatHasLeftGetsNothingThoughABeatOfItIsUnderWay() throws Exception {
        on.submit("next");
        on.engine.leave(session);
        assertThat(on.engine.beat(session).superseded()).isTrue();
        assertThat(on.claim(session, 5)).isEmpty();
    }

    @Test
    void nobodyWaitsForAnEngineThatLetsGo() throws Exception {
        CompletableFuture<Map<AttemptRef, StopReason>> stops =
                CompletableFuture.supplyAsync(() -> stops(Set.of(), LONG));
        CompletableFuture<List<Lease>> leases = CompletableFuture.supplyAsync(this::claimed);
        on.engine.letGo();
        assertThat(stops.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(leases.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    private List<Lease> claimed() {
        try {
            return on.engine.claim(session, 1, LONG);
        } catch (InterruptedException interrupted) {
            throw new CompletionException(interrupted);
        }
    }

    private Map<AttemptRef, StopReason> stops(Set<AttemptRef> known, Duration longest) {
        try {
            return on.engine.awaitStop(session, known, longest);
        } catch (InterruptedException interrupted) {
            throw new CompletionException(interrupted);
        }
    }
}
