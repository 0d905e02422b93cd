package dev.trivet.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void theTighterOfTwoLimitsCountsAndNoneMeansTheOthers() {
        var own = new Limits(0, 100, 5, 0, Duration.ofMinutes(2), null, 7);
        var ceiling = new Limits(2, 50, 9, 30, Duration.ofMinutes(1), Duration.ofSeconds(3), 0);
        assertThat(own.within(ceiling))
                .isEqualTo(new Limits(2, 50, 5, 30, Duration.ofMinutes(1), Duration.ofSeconds(3), 7));
        assertThat(Limits.NONE.within(Limits.NONE)).isEqualTo(Limits.NONE);
    }
}
