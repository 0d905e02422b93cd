package dev.trivet.sandbox;

import dev.trivet.core.Limits;
import java.util.Objects;

/**
 * What to open.
 *
 * @param key unique name of this sandbox, {@code [a-z0-9-]{1,60}}
 * @param base what its file system stands on
 * @param limits bounds; memory, processes, cpus and disk are the backend's task, times and output are the runner's
 * @param network whether it may reach the network; the host's loopback is never reachable
 * @param hostname name of the machine as the job sees it
 */
public record SandboxSpec(String key, Base base, Limits limits, Network network, String hostname) {
    public SandboxSpec {
        Objects.requireNonNull(base, "base is null");
        Objects.requireNonNull(limits, "limits is null");
        Objects.requireNonNull(network, "network is null");
        if (!key.matches("[a-z0-9-]{1,60}")) {
            throw new IllegalArgumentException("a sandbox key is [a-z0-9-]{1,60}, not: " + key);
        }
    }

    /** The file system below the writable layer. */
    public sealed interface Base {
        /** An image of the catalogue, by its canonical name. */
        record Image(String name) implements Base {}

        /** A frozen sandbox. */
        record Snapshot(String id) implements Base {}
    }

    /** Network access of a sandbox. */
    public enum Network {
        /** Only its own loopback. */
        NONE,
        /** Outgoing connections, without the host's loopback. */
        EGRESS
    }
}
