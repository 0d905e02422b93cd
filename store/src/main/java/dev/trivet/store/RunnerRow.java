package dev.trivet.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A runner as stored.
 *
 * @param slots how many jobs it runs at once
 * @param leases how many it has now
 */
public record RunnerRow(
        UUID id, String name, List<String> provides, int slots, boolean gone, Instant beatAt, int leases) {
    public RunnerRow {
        provides = List.copyOf(provides);
    }
}
