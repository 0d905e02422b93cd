package dev.trivet.notify;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * A task that was taken to be delivered.
 *
 * @param id the same in each attempt: a receiver that is told it can drop what it has got before
 * @param attempt counts from 1; with the id it says who may end the task
 * @param createdAt when it was added
 */
public record Delivery(
        UUID id, String dialect, String kind, String destination, JsonNode payload, int attempt, Instant createdAt) {
    public Delivery {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(dialect, "dialect is null");
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(payload, "payload is null");
    }
}
