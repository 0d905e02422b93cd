package dev.trivet.engine;

import java.util.Objects;
import java.util.Set;

/**
 * The machine of a remote runner, as it introduces itself.
 *
 * @param host its name
 * @param protocol version of the runners' protocol that it speaks
 * @param systems such as {@code x86_64-linux}
 * @param features what it offers beside them
 * @param speedFactor how fast it is beside others; 1 is usual
 */
public record RunnerHost(
        String host, int protocol, Set<String> systems, Set<String> features, int cpus, double speedFactor) {
    public RunnerHost {
        Objects.requireNonNull(host, "host is null");
        systems = Set.copyOf(systems);
        features = Set.copyOf(features);
    }
}
