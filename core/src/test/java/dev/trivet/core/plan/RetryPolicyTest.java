package dev.trivet.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.state.JobEvent;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final Outcome CODE_3 = new Outcome(Reason.EXIT_CODE, 3, null, null);

    @Test
    void aLossIsRepeatedOnceByDefaultAndAFailureNever() {
        assertThat(RetryPolicy.DEFAULT.grants(JobEvent.LOSE, CODE_3, 0, 0)).isTrue();
        assertThat(RetryPolicy.DEFAULT.grants(JobEvent.LOSE, CODE_3, 1, 0)).isFalse();
        assertThat(RetryPolicy.DEFAULT.grants(JobEvent.FAIL, CODE_3, 0, 0)).isFalse();
    }

    @Test
    void exitCodesAndTimeOutsAreRepeatedAsThePolicySays() {
        var policy = new RetryPolicy(0, 2, Set.of(3), false, Duration.ZERO, Duration.ZERO);
        assertThat(policy.grants(JobEvent.FAIL, CODE_3, 0, 1)).isTrue();
        assertThat(policy.grants(JobEvent.FAIL, CODE_3, 0, 2)).isFalse();
        assertThat(policy.grants(JobEvent.FAIL, new Outcome(Reason.EXIT_CODE, 4, null, null), 0, 0))
                .isFalse();
        assertThat(policy.grants(JobEvent.TIME_OUT, CODE_3, 0, 0)).isFalse();
        var onTimeout = new RetryPolicy(0, 1, Set.of(), true, Duration.ZERO, Duration.ZERO);
        assertThat(onTimeout.grants(JobEvent.TIME_OUT, Outcome.of(Reason.JOB_TIMEOUT, ""), 0, 0))
                .isTrue();
        assertThat(onTimeout.grants(JobEvent.TIME_OUT, Outcome.of(Reason.RUN_TIMEOUT, ""), 0, 0))
                .isFalse();
    }

    @Test
    void thePauseDoublesUpToItsLimit() {
        var linear = new RetryPolicy(
                0, 9, Set.of(), false, Duration.ofSeconds(2), Duration.ofSeconds(15), RetryPolicy.Growth.LINEAR);
        assertThat(linear.pause(0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(linear.pause(2)).isEqualTo(Duration.ofSeconds(6));
        assertThat(linear.pause(20)).isEqualTo(Duration.ofSeconds(15));
        var policy = new RetryPolicy(0, 9, Set.of(), false, Duration.ofSeconds(2), Duration.ofSeconds(15));
        assertThat(policy.pause(0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.pause(2)).isEqualTo(Duration.ofSeconds(8));
        assertThat(policy.pause(50)).isEqualTo(Duration.ofSeconds(15));
    }
}
