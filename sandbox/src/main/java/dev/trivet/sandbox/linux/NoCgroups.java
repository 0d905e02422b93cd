package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Probe;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** No control groups: {@link Watch} looks at memory and processes now and then, and process limits catch what is faster. */
final class NoCgroups implements ControlGroups {
    private static final String REMEDY =
            "run the server as root, or on a host with control groups version 2 put Delegate=yes into its systemd unit";

    @Override
    public Group create(String id, Limits limits) {
        return new None();
    }

    @Override
    public void sweep(Set<String> openIds) {
        // nothing is ever made
    }

    @Override
    public boolean boundsProcesses() {
        return false;
    }

    @Override
    public boolean boundsMemory() {
        return false;
    }

    @Override
    public List<Probe.Check> checks() {
        return List.of(
                new Probe.Check("bound on memory", false, "watched ten times a second, not kept by the kernel", REMEDY),
                new Probe.Check("bound on pids", false, "by process limit (RLIMIT_NPROC) and watched", REMEDY),
                new Probe.Check("bound on cpu", false, "none", REMEDY));
    }

    private static final class None implements Group {
        @Override
        public List<Path> joins() {
            return List.of();
        }

        @Override
        public String nested() {
            return "";
        }

        @Override
        public int outOfMemoryKills() {
            return 0;
        }

        @Override
        public long memoryPeakBytes() {
            return 0;
        }

        @Override
        public long cpuMillis() {
            return 0;
        }

        @Override
        public void close() {
            // nothing was made
        }
    }
}
