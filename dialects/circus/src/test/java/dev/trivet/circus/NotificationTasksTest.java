package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.circus.NotificationTasks.Taken;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The queue of what is to be delivered (spec circus section 11). */
class NotificationTasksTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, Circus.MIGRATIONS);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final NotificationTasks tasks = new NotificationTasks(DATABASE.database(), () -> now);

    @BeforeEach
    void empty() {
        int _ = DATABASE.database()
                .<Integer, RuntimeException>write(handle -> handle.execute("delete from circus.notification_tasks"));
    }

    private UUID add(int most) {
        return DATABASE.database()
                .<UUID, RuntimeException>write(
                        handle -> tasks.add(handle, NotificationType.SLACK, Map.of("state", "failure"), most));
    }

    private Optional<? extends Map<String, ?>> retried(UUID id) {
        Database database = DATABASE.database();
        return database.write(handle -> tasks.retry(handle, id));
    }

    private Map<String, ?> row(UUID id) {
        return tasks.newest(100).stream()
                .filter(task -> id.equals(task.get("id")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTaskIsTakenOnceAndDelivered() {
        UUID id = add(5);
        List<Taken> taken = tasks.take(10, MINUTE);
        assertThat(taken).singleElement().satisfies(task -> {
            assertThat(task.id()).isEqualTo(id);
            assertThat(task.type()).isEqualTo(NotificationType.SLACK);
            assertThat(task.payload().get("state").asString()).isEqualTo("failure");
            assertThat(task.attempt()).isEqualTo(1);
        });
        assertThat(tasks.take(10, MINUTE)).isEmpty();
        assertThat(tasks.delivered(taken.getFirst())).isTrue();
        assertThat(tasks.delivered(taken.getFirst())).isFalse();
        assertThat(row(id).get("status")).isEqualTo("completed");
        assertThat(row(id).get("completed_at")).isEqualTo(now);
        assertThat(tasks.forget(now)).isZero();
        assertThat(tasks.forget(now.plusMillis(1))).isEqualTo(1);
    }

    @Test
    void whatFailsComesBackAfterGrowingPausesUntilItFailsForGood() {
        UUID id = add(3);
        for (int pause : new int[] {1, 2}) {
            assertThat(tasks.failed(tasks.take(1, MINUTE).getFirst(), "no route", Duration.ZERO))
                    .isTrue();
            now = now.plusSeconds(pause).minusMillis(1);
            assertThat(tasks.take(1, MINUTE)).isEmpty();
            now = now.plusMillis(1);
        }
        assertThat(tasks.failed(tasks.take(1, MINUTE).getFirst(), "no\0route" + "x".repeat(9000), MINUTE))
                .isTrue();
        assertThat(row(id).get("status")).isEqualTo("failed");
        assertThat((String) row(id).get("last_error")).startsWith("noroute").hasSize(2000);
        now = now.plus(Duration.ofDays(1));
        assertThat(tasks.take(1, MINUTE)).isEmpty();

        Map<String, ?> again = retried(id).orElseThrow();
        assertThat(again.get("status")).isEqualTo("pending");
        assertThat(again.get("attempts")).isEqualTo(0);
        assertThat(again.get("next_retry_at")).isEqualTo(now);
        assertThat(again.get("last_error")).isNull();
        assertThat(again.get("completed_at")).isNull();
        assertThat(retried(id)).isEmpty();
        assertThat(tasks.take(1, MINUTE)).hasSize(1);
    }

    @Test
    void whoDiesWithATaskDoesNotKeepIt() {
        UUID id = add(2);
        Taken first = tasks.take(1, MINUTE).getFirst();
        now = now.plus(MINUTE);
        Taken second = tasks.take(1, MINUTE).getFirst();
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(tasks.delivered(first)).as("it came back to life").isFalse();
        assertThat(tasks.failed(first, "late", Duration.ZERO)).isFalse();
        now = now.plus(MINUTE);
        assertThat(tasks.take(1, MINUTE)).isEmpty();
        assertThat(row(id).get("status")).isEqualTo("failed");
    }
}
