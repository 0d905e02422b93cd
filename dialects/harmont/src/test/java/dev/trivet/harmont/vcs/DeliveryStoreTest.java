package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Spec section 6.1: each delivery once, and acted on until that is done. */
class DeliveryStoreTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final TestClock clock = new TestClock();
    private DeliveryStore store;

    @BeforeAll
    static void tables() throws Exception {
        VcsTables.make(DATABASE.database());
    }

    @BeforeEach
    void empty() {
        DATABASE.database().write(handle -> handle.execute("truncate harmont.vcs_delivery, harmont.vcs_event"));
        store = new DeliveryStore(DATABASE.database());
    }

    private static Webhook.Delivery delivery(String id) {
        WebhookEvent push =
                Hook.of(Forge.GITHUB, "push", Hook.payload("github-push")).event();
        return new Webhook.Delivery(Forge.GITHUB, id, List.of(push));
    }

    @Test
    void aDeliveryCountsOnce() {
        assertThat(store.accept(delivery("a"), clock.instant())).isTrue();
        assertThat(store.accept(delivery("a"), clock.instant())).isFalse();
        assertThat(store.accept(
                        new Webhook.Delivery(Forge.GITEA, "a", delivery("a").events()), clock.instant()))
                .isTrue();
        List<QueuedEvent> claimed = store.claim(10, clock.instant());
        assertThat(claimed).extracting(QueuedEvent::forge).containsExactly(Forge.GITHUB, Forge.GITEA);
        assertThat(claimed.getFirst().event()).isEqualTo(delivery("a").events().getFirst());
        assertThat(claimed.getFirst().attempt()).isEqualTo(1);
    }

    @Test
    void sentTwiceAtOnceItCountsOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                String id = "d" + round;
                var together = new CountDownLatch(1);
                List<Future<Boolean>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    all.add(threads.submit(() -> {
                        together.await();
                        return store.accept(delivery(id), clock.instant());
                    }));
                }
                together.countDown();
                int fresh = 0;
                for (var one : all) {
                    fresh += one.get() ? 1 : 0;
                }
                assertThat(fresh).isEqualTo(1);
            }
        }
        assertThat(store.claim(100, clock.instant())).hasSize(20);
    }

    @Test
    void whatNeedsNoActionIsNotQueued() {
        var bitbucket = Hook.of(Forge.BITBUCKET, "repo:push", Hook.payload("bitbucket-push"))
                .delivery();
        assertThat(bitbucket.events()).hasSize(3);
        store.accept(bitbucket, clock.instant());
        store.accept(new Webhook.Delivery(Forge.GITHUB, "p", List.of(new WebhookEvent.Ping())), clock.instant());
        assertThat(store.claim(10, clock.instant())).hasSize(2);
    }

    @Test
    void aClaimIsGoodForAWhile() {
        store.accept(delivery("a"), clock.instant());
        QueuedEvent first = store.claim(10, clock.instant()).getFirst();
        assertThat(store.claim(10, clock.instant())).isEmpty();
        clock.advance(DeliveryStore.CLAIM);
        QueuedEvent second = store.claim(10, clock.instant()).getFirst();
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(store.done(first)).isFalse();
        assertThat(store.retry(first, "late", clock.instant())).isFalse();
        assertThat(store.done(second)).isTrue();
        clock.advance(Duration.ofDays(1));
        assertThat(store.claim(10, clock.instant())).isEmpty();
    }

    @Test
    void failuresWaitLongerEachTime() {
        store.accept(delivery("a"), clock.instant());
        Duration wait = Duration.ofSeconds(5);
        for (int failure = 1; failure <= 12; failure++) {
            QueuedEvent event = store.claim(1, clock.instant()).getFirst();
            assertThat(store.retry(event, "x".repeat(10_000) + "\u0000", clock.instant()))
                    .isTrue();
            clock.advance(wait.minusMillis(1));
            assertThat(store.claim(1, clock.instant())).isEmpty();
            clock.advance(Duration.ofMillis(1));
            wait = wait.multipliedBy(2).compareTo(Duration.ofMinutes(10)) > 0
                    ? Duration.ofMinutes(10)
                    : wait.multipliedBy(2);
        }
    }

    @Test
    void nobodyGetsWhatAnotherHas() throws Exception {
        for (int i = 0; i < 200; i++) {
            store.accept(delivery("d" + i), clock.instant());
        }
        var seen = ConcurrentHashMap.<Long>newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    int taken = 0;
                    for (var some = store.claim(7, clock.instant());
                            !some.isEmpty();
                            some = store.claim(7, clock.instant())) {
                        taken += some.size();
                        some.forEach(event -> seen.add(event.id()));
                    }
                    return taken;
                }));
            }
            int taken = 0;
            for (var one : all) {
                taken += one.get();
            }
            assertThat(taken).isEqualTo(200);
        }
        assertThat(seen).hasSize(200);
    }

    @Test
    void anEventThatCannotBeReadDoesNotBlockTheOthers() {
        store.accept(delivery("a"), clock.instant());
        DATABASE.database()
                .write(handle ->
                        handle.execute("update harmont.vcs_event set event = '{\"type\": \"from the future\"}'"));
        store.accept(delivery("b"), clock.instant());
        assertThat(store.claim(10, clock.instant()))
                .extracting(QueuedEvent::event)
                .hasSize(2)
                .first()
                .isInstanceOf(WebhookEvent.Ignored.class);
    }

    @Test
    void deliveriesAreForgottenAfterAWeek() {
        store.accept(delivery("a"), clock.instant());
        clock.advance(DeliveryStore.MEMORY);
        assertThat(store.prune(clock.instant())).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(store.prune(clock.instant())).isEqualTo(1);
        assertThat(store.claim(10, clock.instant())).hasSize(1);
        assertThat(store.accept(delivery("a"), clock.instant())).isTrue();
    }

    @Test
    void theWorkerActsUntilItIsDone() throws Exception {
        var failures = new java.util.concurrent.atomic.AtomicInteger(2);
        List<QueuedEvent> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (var worker = new EventWorker(
                store,
                event -> {
                    seen.add(event);
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                },
                clock)) {
            assertThat(worker.accept(delivery("a"))).isTrue();
            assertThat(worker.accept(delivery("a"))).isFalse();
            assertThat(worker.pass()).isEqualTo(1);
            assertThat(worker.pass()).isZero();
            clock.advance(Duration.ofSeconds(5));
            assertThat(worker.pass()).isEqualTo(1);
            clock.advance(Duration.ofSeconds(10));
            assertThat(worker.pass()).isEqualTo(1);
            clock.advance(Duration.ofDays(1));
            assertThat(worker.pass()).isZero();
        }
        assertThat(seen).extracting(QueuedEvent::attempt).containsExactly(1, 2, 3);
    }

    @Test
    void theWorkerGivesUpInTheEnd() {
        try (var worker = new EventWorker(
                store,
                _ -> {
                    throw new IllegalStateException("never");
                },
                clock)) {
            worker.accept(delivery("a"));
            int tried = 0;
            for (int hour = 0; hour < 100; hour++) {
                tried += worker.pass();
                clock.advance(Duration.ofHours(1));
            }
            assertThat(tried).isEqualTo(18);
        }
    }

    @Test
    void aWorkerThatIsClosedLeavesTheEventToTheNext() throws Exception {
        var started = new CountDownLatch(1);
        var worker = new EventWorker(
                store,
                _ -> {
                    started.countDown();
                    try {
                        Thread.sleep(Duration.ofMinutes(1));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                    }
                },
                clock);
        worker.start();
        worker.accept(delivery("a"));
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        worker.close();
        assertThat(store.claim(1, clock.instant())).hasSize(1);
    }
}
