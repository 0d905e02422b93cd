package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.circus.Heartbeats.Beat;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeartbeatsTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, Circus.MIGRATIONS);

    @Test
    void theLastBeatOfEachServiceIsKept() {
        var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        var heartbeats = new Heartbeats(DATABASE.database(), now::get, "1");
        heartbeats.beat("queue-runner", Duration.ofMillis(10));
        heartbeats.beat("evaluator", Duration.ofMinutes(1));
        now.set(Instant.parse("2026-01-01T00:00:05Z"));
        heartbeats.beat("evaluator", Duration.ofMinutes(2));
        assertThat(heartbeats.all())
                .containsExactly(
                        new Beat("evaluator", now.get(), Duration.ofMinutes(2)),
                        new Beat("queue-runner", Instant.parse("2026-01-01T00:00:00Z"), Duration.ofSeconds(1)));
    }
}
