package dev.trivet.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deliveries by running couriers. */
class CourierTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(MigrationSet.ENGINE, TaskStore.MIGRATIONS);

    private static final CourierSettings SETTINGS =
            new CourierSettings(Duration.ofSeconds(5), Duration.ofDays(7), 8, 4, Duration.ofSeconds(20));
    private static final Outcome DELIVERED = new Outcome.Delivered(null, Duration.ZERO);

    private final Database database = DATABASE.database();
    private final LinkedBlockingQueue<Delivery> seen = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Outcome> over = new LinkedBlockingQueue<>();

    /** Delivers as a test wants. */
    private interface Way {
        Outcome go(Delivery delivery) throws InterruptedException;
    }

    private Channel channel(Way way) {
        return new Channel() {
            @Override
            public String dialect() {
                return "d";
            }

            @Override
            public String kind() {
                return "hook";
            }

            @Override
            public Outcome deliver(Delivery delivery) throws InterruptedException {
                seen.add(delivery);
                return way.go(delivery);
            }

            @Override
            public void over(Delivery delivery, Outcome outcome) {
                over.add(outcome);
            }
        };
    }

    private Courier courier(CourierSettings settings, Way way) {
        var courier = new Courier(database, settings, Clock.systemUTC());
        courier.register(channel(way));
        courier.start();
        return courier;
    }

    private UUID add(Courier courier, String destination) {
        var task = new NewTask("d", "hook", destination, null, false, Map.of(), 3);
        UUID id = database.<List<UUID>, RuntimeException>write(
                        handle -> courier.tasks().add(handle, List.of(task)))
                .getFirst();
        courier.wake();
        return id;
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = seen.poll(20, TimeUnit.SECONDS);
        assertThat(delivery).as("a delivery within 20 s").isNotNull();
        return delivery;
    }

    private Outcome end() throws InterruptedException {
        Outcome outcome = over.poll(20, TimeUnit.SECONDS);
        assertThat(outcome).as("an end within 20 s").isNotNull();
        return outcome;
    }

    @BeforeEach
    void empty() {
        int _ = database.<Integer, RuntimeException>write(
                handle -> handle.execute("delete from notify.task; delete from notify.destination"));
    }

    @Test
    void whatIsAddedIsDeliveredAtOnceAndItsEndIsTold() throws Exception {
        try (Courier courier = courier(SETTINGS, _ -> DELIVERED)) {
            UUID id = add(courier, "x");
            assertThat(next().id()).isEqualTo(id);
            assertThat(end()).isEqualTo(DELIVERED);
            assertThat(courier.tasks().newest("d", 1).getFirst().status()).isEqualTo("completed");
        }
    }

    @Test
    void whatFailsIsRepeatedWithTheSameIdAndItsEndIsToldOnce() throws Exception {
        Function<Delivery, Outcome> twice =
                delivery -> delivery.attempt() < 3 ? new Outcome.Again("busy", Duration.ZERO, false, null) : DELIVERED;
        try (Courier courier = courier(SETTINGS, twice::apply)) {
            UUID id = add(courier, "x");
            for (int attempt = 1; attempt <= 3; attempt++) {
                Delivery delivery = next();
                assertThat(delivery.id()).isEqualTo(id);
                assertThat(delivery.attempt()).isEqualTo(attempt);
            }
            assertThat(end()).isEqualTo(DELIVERED);
            assertThat(over).isEmpty();
        }
    }

    @Test
    void aReceiverThatHangsDoesNotHoldUpAnother() throws Exception {
        var gate = new CountDownLatch(1);
        Way way = delivery -> {
            if (delivery.destination().equals("dead")) {
                gate.await();
            }
            return DELIVERED;
        };
        try (Courier courier = courier(SETTINGS, way)) {
            for (int i = 0; i < 20; i++) {
                UUID _ = add(courier, "dead");
            }
            for (int i = 0; i < 20; i++) {
                UUID _ = add(courier, "live");
            }
            for (int i = 0; i < 20; i++) {
                assertThat(end()).isEqualTo(DELIVERED);
            }
            assertThat(seen.stream().filter(task -> task.destination().equals("dead")))
                    .hasSize(4);
            gate.countDown();
            for (int i = 0; i < 20; i++) {
                assertThat(end()).isEqualTo(DELIVERED);
            }
        }
    }

    @Test
    void aDeliveryThatTakesTooLongIsGivenUp() throws Exception {
        CourierSettings impatient =
                new CourierSettings(Duration.ofSeconds(5), Duration.ofDays(7), 8, 4, Duration.ofMillis(200));
        var interrupted = new CountDownLatch(3);
        Way way = _ -> {
            try {
                new CountDownLatch(1).await();
                return DELIVERED;
            } catch (InterruptedException late) {
                interrupted.countDown();
                throw late;
            }
        };
        try (Courier courier = courier(impatient, way)) {
            UUID _ = add(courier, "x");
            assertThat(end())
                    .isInstanceOfSatisfying(
                            Outcome.Again.class,
                            again -> assertThat(again.error()).contains("longer than"));
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aChannelThatThrowsIsRepeatedToo() throws Exception {
        try (Courier courier = courier(SETTINGS, delivery -> {
            if (delivery.attempt() == 1) {
                throw new IllegalStateException("with a secret");
            }
            return DELIVERED;
        })) {
            UUID _ = add(courier, "x");
            assertThat(end()).isEqualTo(DELIVERED);
        }
    }

    @Test
    void whatIsUnderWayWhenAServerDiesIsDeliveredByAnother() throws Exception {
        CourierSettings brief =
                new CourierSettings(Duration.ofMillis(200), Duration.ofDays(7), 8, 4, Duration.ofSeconds(1));
        var dead = new TaskStore(database, Clock.systemUTC());
        UUID id;
        try (Courier idle = new Courier(database, SETTINGS, Clock.systemUTC())) {
            id = add(idle, "x");
        }
        // It takes the task and is never heard of again.
        assertThat(dead.take(1, 4, Duration.ofSeconds(1))).hasSize(1);
        try (Courier _ = courier(brief, _ -> DELIVERED)) {
            Delivery delivery = next();
            assertThat(delivery.id()).isEqualTo(id);
            assertThat(delivery.attempt()).isEqualTo(2);
            assertThat(end()).isEqualTo(DELIVERED);
        }
    }

    @Test
    void twoServersDeliverEachOnce() throws Exception {
        try (Courier one = courier(SETTINGS, _ -> DELIVERED);
                Courier two = courier(SETTINGS, _ -> DELIVERED)) {
            for (int i = 0; i < 100; i++) {
                UUID _ = add(one, "x" + i % 10);
                two.wake();
            }
            for (int i = 0; i < 100; i++) {
                assertThat(end()).isEqualTo(DELIVERED);
            }
            assertThat(seen.stream().map(Delivery::id)).doesNotHaveDuplicates().hasSize(100);
        }
    }
}
