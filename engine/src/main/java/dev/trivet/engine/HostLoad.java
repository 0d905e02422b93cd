package dev.trivet.engine;

import org.jspecify.annotations.Nullable;

/**
 * How busy a runner's machine is. Sizes are bytes; pressures are per cent of the last 10 s, null where the system does not tell them.
 *
 * @param jobs how many attempts run there now
 */
public record HostLoad(
        double load1,
        double load5,
        double load15,
        long memoryTotal,
        long memoryUsed,
        long diskFree,
        @Nullable Double pressureCpu,
        @Nullable Double pressureMemory,
        @Nullable Double pressureIo,
        int jobs) {
    /** Of a machine that nothing is known of. */
    public static final HostLoad UNKNOWN = new HostLoad(0, 0, 0, 0, 0, 0, null, null, null, 0);
}
