package dev.trivet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAlignedAndBudgetsJudged() {
        String text = new Table()
                .value("one", 3.14159, "ms", Budget.atMost(5))
                .against("another one", 12, "/s", 48, Budget.atLeast(0.5))
                .beside("a third", 1234, "MB", 617, Budget.NONE)
                .missing("none", "not here")
                .markdown();
        assertThat(text).isEqualTo("""
                | measured    | value    | baseline | ratio | budget        |
                |-------------|----------|----------|-------|---------------|
                | one         | 3.14 ms  |          |       | ≤ 5, met      |
                | another one | 12.0 /s  | 48.0 /s  | 0.25  | ≥ 0.5, MISSED |
                | a third     | 1,234 MB | 617 MB   | 2.00  |               |
                | none        | not here |          |       |               |
                """);
    }

    @Test
    void percentilesAreValuesThatWereMeasured() {
        long[] nanos = new long[100];
        for (int index = 0; index < nanos.length; index++) {
            nanos[index] = (100 - index) * 1_000_000L;
        }
        Percentiles percentiles = Percentiles.of(nanos);
        assertThat(percentiles.p50()).isEqualTo(50);
        assertThat(percentiles.p99()).isEqualTo(99);
        assertThat(percentiles.millis(100)).isEqualTo(100);
        assertThat(Percentiles.of(new long[] {7_000_000}).p99()).isEqualTo(7);
        assertThatThrownBy(() -> Percentiles.of(new long[0])).hasMessageContaining("nothing was measured");
    }
}
