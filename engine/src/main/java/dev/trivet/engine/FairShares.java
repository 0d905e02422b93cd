package dev.trivet.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stride scheduling: each tenant has a pass that grows by {@code 1/shares} with every job it is given, and the one with the smallest
 * pass comes next. A tenant that had nothing to do starts where the busy ones are, so idleness earns no credit and nobody starves.
 * Thread-safe.
 */
final class FairShares {
    private static final double STRIDE = 1_000_000;

    private final Map<String, Double> passes = new HashMap<>();
    private final Map<String, Integer> shares = new HashMap<>();
    private final int defaultShares;
    private double virtualTime;

    FairShares(int defaultShares) {
        this.defaultShares = defaultShares;
    }

    /** Replaces what is known of the tenants' shares; the others have the default. */
    synchronized void shares(Map<String, Integer> known) {
        shares.clear();
        shares.putAll(known);
    }

    /** The tenants in the order in which they are due. */
    synchronized List<String> order(Collection<String> backlogged) {
        for (String tenant : backlogged) {
            passes.merge(tenant, virtualTime, Math::max);
        }
        return backlogged.stream()
                .distinct()
                .sorted(Comparator.<String>comparingDouble(tenant -> passes.getOrDefault(tenant, virtualTime))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** The tenant was given {@code jobs}. */
    synchronized void given(String tenant, int jobs) {
        double before = passes.getOrDefault(tenant, virtualTime);
        // The pass of the tenant just served is the system's clock.
        virtualTime = Math.max(virtualTime, before);
        passes.put(tenant, before + jobs * STRIDE / shares.getOrDefault(tenant, defaultShares));
        if (passes.size() > 10_000) {
            passes.values().removeIf(pass -> pass <= virtualTime);
        }
    }
}
