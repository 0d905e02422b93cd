package dev.trivet.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * What is known of a remote runner.
 *
 * @param connected whether its session is alive and it was heard of within the time of a lease
 * @param succeeded attempts that passed
 * @param failed attempts that ended otherwise, cancelled ones left out
 * @param consecutiveFailures failures since the last success
 */
public record RunnerReport(
        UUID id,
        String name,
        Set<String> mandatory,
        int slots,
        RunnerHost host,
        HostLoad load,
        boolean connected,
        long succeeded,
        long failed,
        int consecutiveFailures,
        Instant createdAt,
        Instant seenAt) {
    public RunnerReport {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(name, "name is null");
        mandatory = Set.copyOf(mandatory);
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(load, "load is null");
    }
}
