package dev.trivet.circus.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.circus.BuildStatus;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @Test
    void everyStatusHasWords() {
        assertThat(Arrays.stream(BuildStatus.values()).map(BuildStatus::wireName))
                .allSatisfy(status -> assertThat(Words.known(status)).isPresent());
        assertThat(Words.values()).hasSameSizeAs(BuildStatus.values());
        assertThat(Arrays.stream(BuildStatus.values()))
                .allSatisfy(status ->
                        assertThat(Words.of(status.wireName()).isFinished()).isEqualTo(status.finished()));
    }

    /** Spec section 11. */
    @ParameterizedTest
    @CsvSource({
        "pending, pending, pending, pending, PENDING, false",
        "running, pending, pending, running, PENDING, false",
        "succeeded, success, success, success, SUCCESS, false",
        "failed, failure, failure, failed, FAILURE, true",
        "dependency_failed, failure, failure, failed, FAILURE, true",
        "failed_with_output, failure, failure, failed, FAILURE, true",
        "non_deterministic, failure, failure, failed, FAILURE, true",
        "cached_failure, failure, failure, failed, FAILURE, true",
        "timeout, failure, error, failed, FAILURE, true",
        "cancelled, cancelled, error, canceled, CANCELLED, false",
        "aborted, aborted, error, failed, ABORTED, true",
        "unsupported_system, skipped, error, skipped, UNSUPPORTED, true"
    })
    void eachReceiverHasItsOwn(
            String status, String generic, String github, String gitlab, String email, boolean failure) {
        Words words = Words.of(status);
        assertThat(words.generic()).isEqualTo(generic);
        assertThat(words.github()).isEqualTo(github);
        assertThat(words.gitlab()).isEqualTo(gitlab);
        assertThat(words.email()).isEqualTo(email);
        assertThat(words.isFailure()).isEqualTo(failure);
        assertThat(words.description()).hasSizeLessThan(140);
    }
}
