package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class GrowingIdsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");

    @Test
    void is_of_version_seven() {
        UUID id = GrowingIds.next(NOW);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void grows_with_time() {
        for (long nanos : new long[] {300, 1_000, 1_000_000, 1_000_000_000}) {
            assertThat(GrowingIds.next(NOW.plusNanos(nanos)).toString())
                    .isGreaterThan(GrowingIds.next(NOW).toString());
        }
    }

    @Test
    void differs_within_one_instant() {
        Set<UUID> ids = new HashSet<>();
        for (int id = 0; id < 1000; id++) {
            ids.add(GrowingIds.next(NOW));
        }
        assertThat(ids).hasSize(1000);
    }
}
