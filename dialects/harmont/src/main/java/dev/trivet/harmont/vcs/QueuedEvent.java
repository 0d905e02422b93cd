package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * An event that somebody has taken to act on it; the claim is good for {@link DeliveryStore#CLAIM}.
 *
 * @param attempt how often it was taken, from 1 on
 */
public record QueuedEvent(
        long id, Forge forge, String deliveryId, WebhookEvent event, Instant receivedAt, int attempt) {
    public QueuedEvent {
        requireNonNull(forge, "forge is null");
        requireNonNull(deliveryId, "deliveryId is null");
        requireNonNull(event, "event is null");
        requireNonNull(receivedAt, "receivedAt is null");
    }
}
