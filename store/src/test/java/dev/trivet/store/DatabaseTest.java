package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
class DatabaseTest {

    private static Database database;

    @BeforeAll
    static void table(Database given) {
        database = given;
        database.jdbi().useHandle(handle -> handle.execute("CREATE TABLE account (id int PRIMARY KEY, amount int)"));
        database.jdbi().useHandle(handle -> handle.execute("INSERT INTO account VALUES (1, 0), (2, 0)"));
    }

    @Test
    void writeCommitsAndReadSees() {
        database.write(handle -> handle.execute("INSERT INTO account VALUES (10, 5)"));
        assertThat(database.<Integer, RuntimeException>read(
                        handle -> handle.createQuery("SELECT amount FROM account WHERE id = 10")
                                .mapTo(Integer.class)
                                .one()))
                .isEqualTo(5);
    }

    @Test
    void failedWriteLeavesNothing() {
        assertThatThrownBy(() -> database.write(handle -> {
                    handle.execute("INSERT INTO account VALUES (20, 5)");
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
        assertThat(database.<Integer, RuntimeException>read(
                        handle -> handle.createQuery("SELECT count(*) FROM account WHERE id = 20")
                                .mapTo(Integer.class)
                                .one()))
                .isZero();
    }

    @Test
    void readCannotWrite() {
        assertThatThrownBy(() -> database.read(handle -> handle.execute("INSERT INTO account VALUES (30, 5)")))
                .hasMessageContaining("read-only");
        // The connection goes back to the pool able to write.
        database.write(handle -> handle.execute("INSERT INTO account VALUES (31, 5)"));
    }

    @Test
    void nestedTransactionIsRefused() {
        assertThatThrownBy(() -> database.write(outer -> database.write(inner -> 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use its handle");
    }

    @Test
    void deadlockIsRepeated() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> both = threads.invokeAll(
                    List.of(() -> transfer(1, 2, runs, bothHoldOne), () -> transfer(2, 1, runs, bothHoldOne)));
            for (Future<Integer> one : both) {
                assertThat(one.get()).isEqualTo(1);
            }
        }
        assertThat(runs).hasValue(3);
        assertThat(database.<Integer, RuntimeException>read(
                        handle -> handle.createQuery("SELECT sum(amount) FROM account WHERE id IN (1, 2)")
                                .mapTo(Integer.class)
                                .one()))
                .isEqualTo(4);
    }

    private static int transfer(int first, int second, AtomicInteger runs, CyclicBarrier bothHoldOne) throws Exception {
        return database.write(handle -> {
            int run = runs.incrementAndGet();
            handle.execute("SET LOCAL deadlock_timeout = '20ms'");
            handle.execute("UPDATE account SET amount = amount + 1 WHERE id = ?", first);
            if (run <= 2) {
                bothHoldOne.await();
            }
            return handle.execute("UPDATE account SET amount = amount + 1 WHERE id = ?", second);
        });
    }
}
