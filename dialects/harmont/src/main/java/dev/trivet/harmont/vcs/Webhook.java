package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What came in at {@code POST /webhooks/:provider}, and with it the answer (spec section 6.1). */
public sealed interface Webhook {

    /** The forge has no secret configured: 500. */
    record NotConfigured() implements Webhook {}

    /** There is no header that names the event: 400. */
    record MissingEvent() implements Webhook {}

    /** The signature is missing or wrong: 401. */
    record BadSignature() implements Webhook {}

    /** It is signed, but not what this forge sends: 400. */
    record Malformed(String reason) implements Webhook {
        public Malformed {
            requireNonNull(reason, "reason is null");
        }
    }

    /**
     * A good one: 202, or 200 when it has been here before ({@link DeliveryStore#accept}).
     *
     * @param deliveryId the forge's id of it; {@code body-sha256:…} if it has none
     * @param events at least one; several only when one push moved several branches (Bitbucket)
     */
    record Delivery(Forge forge, String deliveryId, List<WebhookEvent> events) implements Webhook {
        public Delivery {
            requireNonNull(forge, "forge is null");
            requireNonNull(deliveryId, "deliveryId is null");
            events = List.copyOf(events);
        }
    }
}
