package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** How memory, processes and processor time of one sandbox are bounded and measured. Thread-safe. */
sealed interface ControlGroups permits CgroupV1, CgroupV2, NoCgroups {
    /** Makes a group with these bounds. */
    Group create(String id, Limits limits) throws IOException;

    /** Kills what is in groups of ours that are not named, and removes them. */
    void sweep(Set<String> openIds);

    /** Which bounds the kernel keeps. */
    List<Probe.Check> checks();

    /** Whether the number of processes is bounded by the group. */
    boolean boundsProcesses();

    /** Whether memory is bounded by the group. */
    boolean boundsMemory();

    /** One sandbox's group. */
    interface Group extends AutoCloseable {
        /** Files into which a process writes its number to join. */
        List<Path> joins();

        /** For an OCI runtime that insists on a group of its own: a path below this one, or empty. */
        String nested();

        int outOfMemoryKills();

        long memoryPeakBytes();

        long cpuMillis();

        /** Removes it; its processes must be gone, those that are not yet are waited for a little. */
        @Override
        void close();
    }
}
