package dev.trivet.notify;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of one attempt to deliver. Errors are shown to administrators: they must not have secrets. */
public sealed interface Outcome {
    /** What was answered, if anything was. */
    @Nullable
    Receipt receipt();

    /**
     * It has been delivered.
     *
     * @param rest how long nothing else should go to the same destination; zero for no time
     */
    record Delivered(@Nullable Receipt receipt, Duration rest) implements Outcome {
        public Delivered {
            Objects.requireNonNull(rest, "rest is null");
        }
    }

    /**
     * It has not, but may be later.
     *
     * @param rest how long nothing should go to the same destination, because it asks for that; zero if it does not
     * @param silent whether nobody answered at all
     */
    record Again(
            String error,
            Duration rest,
            boolean silent,
            @Nullable Receipt receipt) implements Outcome {
        public Again {
            Objects.requireNonNull(error, "error is null");
            Objects.requireNonNull(rest, "rest is null");
        }

        /** Nobody answered. */
        public static Again silent(String error) {
            return new Again(error, Duration.ZERO, true, null);
        }
    }

    /** It has not, and trying again would not change that. */
    record Refused(String error, @Nullable Receipt receipt) implements Outcome {
        public Refused {
            Objects.requireNonNull(error, "error is null");
        }
    }
}
