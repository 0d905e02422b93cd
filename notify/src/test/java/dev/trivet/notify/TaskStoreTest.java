package dev.trivet.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The queue of what is to be delivered, with a clock that is moved by hand. */
class TaskStoreTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(MigrationSet.ENGINE, TaskStore.MIGRATIONS);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Outcome DELIVERED = new Outcome.Delivered(new Receipt(200, "a: b\n", "ok"), Duration.ZERO);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final TaskStore tasks = new TaskStore(DATABASE.database(), () -> now);

    @BeforeEach
    void empty() {
        int _ = DATABASE.database()
                .<Integer, RuntimeException>write(
                        handle -> handle.execute("delete from notify.task; delete from notify.destination"));
    }

    private UUID add(int most) {
        return add("https://a.example", null, false, most);
    }

    private UUID add(String destination, @Nullable String stream, boolean latestOnly, int most) {
        var task = new NewTask("d", "hook", destination, stream, latestOnly, Map.of("state", "failure"), most);
        return DATABASE.database()
                .<List<UUID>, RuntimeException>write(handle -> tasks.add(handle, List.of(task)))
                .getFirst();
    }

    private Delivery one() {
        List<Delivery> taken = tasks.take(1, 4, MINUTE);
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }

    private List<UUID> taken(int most) {
        return tasks.take(most, 4, MINUTE).stream().map(Delivery::id).toList();
    }

    private Optional<TaskRow> retried(UUID id) {
        Database database = DATABASE.database();
        return database.write(handle -> tasks.retry(handle, "d", id));
    }

    private TaskRow row(UUID id) {
        return tasks.newest("d", 100).stream()
                .filter(task -> id.equals(task.id()))
                .findFirst()
                .orElseThrow();
    }

    private static Outcome again(String error, Duration rest) {
        return new Outcome.Again(error, rest, false, null);
    }

    @Test
    void aTaskIsTakenOnceAndDelivered() {
        UUID id = add(5);
        Delivery task = one();
        assertThat(task.id()).isEqualTo(id);
        assertThat(task.kind()).isEqualTo("hook");
        assertThat(task.payload().get("state").asString()).isEqualTo("failure");
        assertThat(task.attempt()).isEqualTo(1);
        assertThat(taken(10)).isEmpty();
        assertThat(tasks.ended(task, DELIVERED)).contains("completed");
        assertThat(tasks.ended(task, DELIVERED)).isEmpty();
        assertThat(row(id).status()).isEqualTo("completed");
        assertThat(row(id).completedAt()).isEqualTo(now);
        assertThat(row(id).answer()).isEqualTo(new Receipt(200, "a: b\n", "ok"));
        assertThat(tasks.newest("another", 10)).isEmpty();
        assertThat(tasks.forget(now)).isZero();
        assertThat(tasks.forget(now.plusMillis(1))).isEqualTo(1);
    }

    @Test
    void whatFailsComesBackAfterGrowingPausesUntilItFailsForGood() {
        UUID id = add(4);
        for (int pause : new int[] {1, 2, 4}) {
            assertThat(tasks.ended(one(), again("no route", Duration.ZERO))).contains("pending");
            now = now.plusSeconds(pause).minusMillis(1);
            assertThat(taken(1)).isEmpty();
            assertThat(tasks.next()).contains(now.plusMillis(1));
            now = now.plusMillis(1);
        }
        assertThat(tasks.ended(one(), again("no\0route" + "x".repeat(9000), MINUTE)))
                .contains("failed");
        assertThat(row(id).status()).isEqualTo("failed");
        assertThat(row(id).lastError()).startsWith("noroute").hasSize(2000);
        now = now.plus(Duration.ofDays(1));
        assertThat(taken(1)).isEmpty();

        TaskRow again = retried(id).orElseThrow();
        assertThat(again.status()).isEqualTo("pending");
        assertThat(again.attempts()).isZero();
        assertThat(again.nextRetryAt()).isEqualTo(now);
        assertThat(again.lastError()).isNull();
        assertThat(again.completedAt()).isNull();
        assertThat(retried(id)).isEmpty();
        assertThat(taken(1)).containsExactly(id);
    }

    @Test
    void aDestinationThatAsksToBeLeftAloneIs() {
        UUID first = add(5);
        UUID second = add(5);
        UUID elsewhere = add("https://b.example", null, false, 5);
        Delivery task = one();
        assertThat(task.id()).isEqualTo(first);
        assertThat(tasks.ended(task, again("slow down", Duration.ofSeconds(30))))
                .contains("pending");
        assertThat(taken(10)).containsExactly(elsewhere);
        now = now.plusSeconds(30).minusMillis(1);
        assertThat(taken(10)).isEmpty();
        now = now.plusMillis(1);
        assertThat(taken(10)).containsExactlyInAnyOrder(first, second);
        // Longer than an hour nobody waits.
        UUID third = add(5);
        assertThat(tasks.ended(one(), again("never", Duration.ofDays(9)))).contains("pending");
        assertThat(row(third).nextRetryAt()).isEqualTo(now.plus(Duration.ofHours(1)));
    }

    @Test
    void whatIsRefusedIsNotTriedAgain() {
        UUID id = add(5);
        assertThat(tasks.ended(one(), new Outcome.Refused("404", null))).contains("failed");
        assertThat(row(id).attempts()).isEqualTo(1);
        now = now.plus(Duration.ofDays(1));
        assertThat(taken(1)).isEmpty();
    }

    @Test
    void whoDiesWithATaskDoesNotKeepIt() {
        UUID id = add(2);
        Delivery first = one();
        now = now.plus(MINUTE);
        Delivery second = one();
        assertThat(second.id()).isEqualTo(id);
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(tasks.ended(first, DELIVERED)).as("it came back to life").isEmpty();
        assertThat(tasks.ended(first, again("late", Duration.ZERO))).isEmpty();
        now = now.plus(MINUTE);
        assertThat(taken(1)).isEmpty();
        assertThat(row(id).status()).isEqualTo("failed");
        assertThat(row(id).lastError()).contains("the server ended");
    }

    @Test
    void oneDestinationDoesNotTakeThePlacesOfOthers() {
        for (int i = 0; i < 50; i++) {
            add("https://slow.example", null, false, 5);
        }
        UUID other = add("https://a.example", null, false, 5);
        UUID another = add("https://z.example", null, false, 5);
        List<Delivery> taken = tasks.take(10, 4, MINUTE);
        assertThat(taken).hasSize(6);
        assertThat(taken).extracting(Delivery::id).contains(other, another);
        assertThat(taken(10)).isEmpty();
        // Who does not answer gets one at a time.
        List<Delivery> slow = taken.stream()
                .filter(task -> task.destination().contains("slow"))
                .toList();
        slow.forEach(task -> tasks.ended(task, Outcome.Again.silent("no answer")));
        List<Delivery> probe = tasks.take(10, 4, MINUTE);
        assertThat(probe).hasSize(1);
        assertThat(taken(10)).isEmpty();
        assertThat(tasks.ended(probe.getFirst(), DELIVERED)).contains("completed");
        assertThat(taken(10)).hasSize(4);
    }

    @Test
    void aStreamIsDeliveredInItsOrder() {
        UUID first = add("https://a.example", "s", false, 2);
        UUID second = add("https://a.example", "s", false, 2);
        UUID free = add("https://a.example", null, false, 2);
        List<Delivery> taken = tasks.take(10, 4, MINUTE);
        assertThat(taken).extracting(Delivery::id).containsExactly(first, free);
        assertThat(taken(10)).isEmpty();
        assertThat(tasks.ended(taken.getFirst(), again("busy", Duration.ZERO))).contains("pending");
        assertThat(taken(10)).as("the first one is still to come").isEmpty();
        now = now.plusSeconds(1);
        Delivery again = one();
        assertThat(again.id()).isEqualTo(first);
        assertThat(tasks.ended(again, again("busy", Duration.ZERO))).contains("failed");
        assertThat(taken(10)).containsExactly(second);
    }

    @Test
    void whatALaterOneMakesPointlessIsNotDelivered() {
        UUID pending = add("https://a.example", "s", true, 3);
        UUID running = add("https://a.example", "s", true, 3);
        assertThat(row(pending).status()).isEqualTo("completed");
        assertThat(row(pending).lastError()).isEqualTo(TaskStore.SUPERSEDED);
        Delivery under = one();
        assertThat(under.id()).isEqualTo(running);
        UUID success = add("https://a.example", "s", true, 3);
        assertThat(row(running).status()).as("it is under way").isEqualTo("running");
        assertThat(taken(10)).as("the one before must have ended").isEmpty();
        assertThat(tasks.ended(under, again("busy", Duration.ZERO))).contains("completed");
        Delivery last = one();
        assertThat(last.id()).isEqualTo(success);
        assertThat(tasks.ended(last, new Outcome.Refused("no", null))).contains("failed");
        UUID later = add("https://a.example", "s", true, 3);
        assertThat(retried(success)).as("it would overwrite the later one").isEmpty();
        assertThat(taken(10)).containsExactly(later);
    }

    @Test
    void twoServersNeverTakeTheSame() throws Exception {
        for (int i = 0; i < 200; i++) {
            add("https://" + (i % 20) + ".example", null, false, 5);
        }
        List<UUID> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> servers = new ArrayList<>();
        for (int server = 0; server < 4; server++) {
            servers.add(Thread.ofVirtual().start(() -> {
                for (List<Delivery> some = tasks.take(7, 100, MINUTE);
                        !some.isEmpty();
                        some = tasks.take(7, 100, MINUTE)) {
                    some.forEach(task -> seen.add(task.id()));
                }
            }));
        }
        for (Thread server : servers) {
            server.join();
        }
        seen.addAll(taken(200));
        assertThat(seen).doesNotHaveDuplicates().hasSize(200);
    }

    @Test
    void whatIsTooLargeIsRefusedAtOnce() {
        var large = new NewTask("d", "k", "x", null, false, Map.of("a", "x".repeat(NewTask.LARGEST)), 1);
        Database database = DATABASE.database();
        assertThatThrownBy(() -> {
                    List<UUID> _ =
                            database.<List<UUID>, RuntimeException>write(handle -> tasks.add(handle, List.of(large)));
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1048576");
        assertThatThrownBy(() -> new NewTask("d", "k", "x", null, false, Map.of(), 0))
                .hasMessageContaining("at least one attempt");
    }

    @Test
    void aTransactionThatIsRolledBackAddsNothing() {
        Database database = DATABASE.database();
        assertThatThrownBy(() -> database.write(handle -> {
                    List<UUID> _ = tasks.add(handle, List.of(new NewTask("d", "k", "x", null, false, Map.of(), 1)));
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(taken(10)).isEmpty();
    }
}
