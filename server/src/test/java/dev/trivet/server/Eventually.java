package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what comes by itself, up to a deadline. */
final class Eventually {
    private static final long SECONDS = 60;

    private Eventually() {}

    /** Empty as long as it has not come. */
    interface Question<T> {
        Optional<T> ask() throws Exception;
    }

    /** Something to show when it does not come. */
    interface State {
        Object now() throws Exception;
    }

    /** The answer, once there is one. */
    static <T> T await(String what, Question<T> question, State state) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            Optional<T> answer = question.ask();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (System.nanoTime() > deadline) {
                assertThat(System.nanoTime())
                        .as("waiting for %s: %s", what, state.now())
                        .isLessThan(deadline);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
