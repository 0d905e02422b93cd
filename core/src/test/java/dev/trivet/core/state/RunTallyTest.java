package dev.trivet.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunTallyTest {
    static Stream<Arguments> folds() {
        return Stream.of(
                Arguments.of(tally(Map.of(JobState.HELD, 2)), RunState.HELD),
                Arguments.of(tally(Map.of(JobState.READY, 1, JobState.WAITING, 3)), RunState.QUEUED),
                Arguments.of(tally(Map.of(JobState.RUNNING, 1, JobState.WAITING, 3)), RunState.RUNNING),
                Arguments.of(tally(Map.of(JobState.PASSED, 1, JobState.READY, 3)), RunState.RUNNING),
                Arguments.of(tally(Map.of(JobState.PASSED, 4)), RunState.PASSED),
                Arguments.of(tally(Map.of()), RunState.PASSED),
                Arguments.of(tally(Map.of(JobState.PASSED, 4, JobState.FAILED, 1)), RunState.FAILED),
                Arguments.of(tally(Map.of(JobState.LOST, 1)), RunState.FAILED),
                Arguments.of(tally(Map.of(JobState.TIMED_OUT, 1, JobState.SKIPPED, 2)), RunState.TIMED_OUT),
                Arguments.of(tally(Map.of(JobState.TIMED_OUT, 1, JobState.FAILED, 1)), RunState.FAILED),
                Arguments.of(tally(Map.of(JobState.CANCELED, 1, JobState.PASSED, 1)), RunState.PASSED),
                Arguments.of(
                        new RunTally(Map.of(JobState.FAILED, 1, JobState.PASSED, 1), 1, false, false), RunState.PASSED),
                Arguments.of(
                        new RunTally(Map.of(JobState.CANCELED, 1, JobState.FAILED, 1), 0, true, false),
                        RunState.CANCELED),
                Arguments.of(new RunTally(Map.of(JobState.PASSED, 1), 0, true, false), RunState.PASSED),
                Arguments.of(new RunTally(Map.of(JobState.RUNNING, 1), 0, true, false), RunState.CANCELING),
                Arguments.of(
                        new RunTally(Map.of(JobState.TIMED_OUT, 2, JobState.FAILED, 1), 0, false, true),
                        RunState.TIMED_OUT));
    }

    @ParameterizedTest
    @MethodSource("folds")
    void aRunsStateIsAFunctionOfItsJobs(RunTally tally, RunState state) {
        assertThat(tally.state()).isEqualTo(state);
    }

    @Test
    void aLeasedJobCountsAsReady() {
        RunTally tally = tally(Map.of(JobState.READY, 1)).moved(JobState.LEASED, JobState.RUNNING);
        assertThat(tally.count(JobState.READY)).isZero();
        assertThat(tally.count(JobState.RUNNING)).isEqualTo(1);
        assertThat(tally.total()).isEqualTo(1);
    }

    @Test
    void aRunThatMayGrowIsNotOver() {
        RunTally tally = tally(Map.of(JobState.PASSED, 2)).growing(true);
        assertThat(tally.state()).isEqualTo(RunState.RUNNING);
        assertThat(tally.growing(false).state()).isEqualTo(RunState.PASSED);
        assertThat(tally.stopped(true, false).over()).isTrue();
    }

    @Test
    void whatAnEarlierVersionHasStoredIsRead() {
        RunTally stored = Json.read("""
                {"counts": {"PASSED": 1}, "softFailed": 0, "cancelRequested": false, "timedOut": false}
                """, RunTally.class);
        assertThat(stored).isEqualTo(tally(Map.of(JobState.PASSED, 1)));
        assertThat(Json.read(Json.write(stored.growing(true)), RunTally.class).growing())
                .isTrue();
    }

    private static RunTally tally(Map<JobState, Integer> counts) {
        return new RunTally(counts, 0, false, false);
    }
}
