package dev.trivet.srht.manifest;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens when a job has ended (spec section 5.8). */
public sealed interface Trigger {
    /** On which ends it happens. */
    Condition condition();

    /**
     * Sends a mail; {@code to}, {@code cc} or both are given.
     *
     * @param to address list
     * @param cc address list
     * @param inReplyTo message id this mail answers
     */
    record Email(
            Condition condition,
            @Nullable String to,
            @Nullable String cc,
            @Nullable String inReplyTo) implements Trigger {
        public Email {
            Objects.requireNonNull(condition, "condition is null");
        }
    }

    /** Posts the job to a URL. */
    record Webhook(Condition condition, String url) implements Trigger {
        public Webhook {
            Objects.requireNonNull(condition, "condition is null");
            Objects.requireNonNull(url, "url is null");
        }
    }

    /** The ends of a job. */
    enum Condition {
        /** Only success. */
        SUCCESS,
        /** Failed, timed out or cancelled. */
        FAILURE,
        /** All of them. */
        ALWAYS;

        /** The condition of this name as manifests and the API write it. */
        public static Optional<Condition> named(String name) {
            return switch (name) {
                case "success" -> Optional.of(SUCCESS);
                case "failure" -> Optional.of(FAILURE);
                case "always" -> Optional.of(ALWAYS);
                default -> Optional.empty();
            };
        }
    }
}
