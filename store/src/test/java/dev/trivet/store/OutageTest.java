package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database is killed with -9 while it works. */
class OutageTest {

    private static TestCluster cluster;
    private static Database database;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        database = Database.connect(cluster.config());
        database.write(handle -> handle.execute("CREATE TABLE entry (id bigint PRIMARY KEY)"));
    }

    @BeforeEach
    void clear() {
        database.write(handle -> handle.execute("TRUNCATE entry"));
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        cluster.close();
    }

    @Test
    void noAcknowledgedCommitIsLostWhenThePostmasterIsKilledAgainAndAgain() throws Exception {
        Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicLong next = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        AtomicInteger surprises = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            writers.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    long id = next.incrementAndGet();
                    try {
                        database.write(handle -> handle.execute("INSERT INTO entry VALUES (?)", id));
                        acknowledged.add(id);
                    } catch (DatabaseUnavailableException e) {
                        // Not acknowledged: it may be there or not.
                    } catch (RuntimeException e) {
                        surprises.incrementAndGet();
                        throw e;
                    }
                }
            }));
        }
        Duration best = Duration.ofDays(1);
        for (int round = 1; round <= 4; round++) {
            int before = acknowledged.size();
            Waiting.until(Duration.ofSeconds(20), () -> acknowledged.size() > before + 200);
            if (round % 2 == 0) {
                cluster.killPostmaster();
            } else {
                cluster.kill();
            }
            cluster.start();
            int dead = acknowledged.size();
            long back = System.nanoTime();
            Waiting.until(Duration.ofSeconds(20), () -> acknowledged.size() > dead + 4);
            Duration spent = Duration.ofNanos(System.nanoTime() - back);
            best = spent.compareTo(best) < 0 ? spent : best;
        }
        assertThat(best).isLessThan(Duration.ofSeconds(1));
        over.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(surprises).hasValue(0);
        List<Long> present = database.<List<Long>, RuntimeException>read(handle ->
                handle.createQuery("SELECT id FROM entry").mapTo(Long.class).list());
        assertThat(present).containsAll(acknowledged);
    }

    @Test
    void deadDatabaseCostsTwoSecondsThenNothing() throws Exception {
        cluster.stop();
        try (var waiting = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime();
            List<java.util.concurrent.Future<Duration>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                all.add(waiting.submit(OutageTest::timeOfRefusal));
            }
            for (var one : all) {
                assertThat(one.get()).isLessThan(Duration.ofMillis(3_500));
            }
            Waiting.until(Duration.ofSeconds(5), () -> System.nanoTime() - begin > 2_300_000_000L);
        }
        assertThat(timeOfRefusal()).isLessThan(Duration.ofMillis(100));
        cluster.start();
        long back = System.nanoTime();
        Waiting.until(Duration.ofSeconds(10), OutageTest::works);
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void databaseThatIsNotThereIsNamed() throws Exception {
        int port = LoopbackPort.choose();
        DatabaseConfig config =
                new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + port + "/x", "nobody", "secret-word", 2);
        assertThatThrownBy(() -> Database.connect(config))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("refused")
                .message()
                .doesNotContain("secret-word");
    }

    @Test
    void wrongPasswordIsNotAnOutage() throws Exception {
        DatabaseConfig right = cluster.config();
        assertThatThrownBy(() -> Database.connect(new DatabaseConfig(right.url(), right.user(), "wrong", 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void killedSessionFailsOneCallerAtMost() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() ->
                            database.write(handle -> handle.execute("SELECT pg_terminate_backend(pg_backend_pid())")))
                    .isInstanceOf(DatabaseUnavailableException.class);
            assertThat(works()).isTrue();
        }
    }

    @Test
    void exhaustedPoolIsAnOutageForTheOneWhoWaitsOnly() throws Exception {
        try (Database small = Database.connect(cluster.config().withPoolSize(1))) {
            small.<Integer, RuntimeException>write(handle -> {
                long begin = System.nanoTime();
                Thread other = Thread.ofVirtual()
                        .start(() -> assertThatThrownBy(() -> small.read(inner -> inner.execute("SELECT 1")))
                                .isInstanceOf(DatabaseUnavailableException.class));
                join(other);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1_900));
                return handle.execute("INSERT INTO entry VALUES (7)");
            });
        }
    }

    private static Duration timeOfRefusal() {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> database.read(handle -> handle.execute("SELECT 1")))
                .isInstanceOf(DatabaseUnavailableException.class);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static boolean works() {
        try {
            return database.<Integer, RuntimeException>read(handle ->
                            handle.createQuery("SELECT 1").mapTo(Integer.class).one())
                    == 1;
        } catch (DatabaseUnavailableException e) {
            return false;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
