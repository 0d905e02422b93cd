package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Version 2, below the group that was delegated to the server: its own group (systemd: {@code Delegate=yes}), or the root of the
 * hierarchy. A group with processes may not hand controllers on, so the server first moves itself into a leaf.
 */
final class CgroupV2 implements ControlGroups {
    private static final Logger log = LoggerFactory.getLogger(CgroupV2.class);
    private static final List<String> WANTED = List.of("memory", "pids", "cpu");
    private static final long PERIOD_MICROS = 100_000;

    private final Path parent;
    private final Set<String> controllers;

    private CgroupV2(Path parent, Set<String> controllers) {
        this.parent = parent;
        this.controllers = controllers;
    }

    /** @param name of the groups' common parent */
    static Optional<ControlGroups> detect(String name) {
        var hierarchy = Path.of("/sys/fs/cgroup");
        try {
            if (!Files.exists(hierarchy.resolve("cgroup.controllers"))) {
                return Optional.empty();
            }
            var own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                    .filter(line -> line.startsWith("0::"))
                    .map(line -> line.substring(3))
                    .findFirst();
            return own.flatMap(group -> detect(hierarchy, group, name));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * @param hierarchy where it is mounted
     * @param own group of the server in it, from {@code /proc/self/cgroup}
     * @param name of the groups' common parent
     */
    static Optional<ControlGroups> detect(Path hierarchy, String own, String name) {
        var base = Path.of(hierarchy + (own.equals("/") ? "" : own));
        if (!Files.isWritable(base.resolve("cgroup.subtree_control"))) {
            return Optional.empty();
        }
        try {
            if (!own.equals("/")) {
                moveAside(base);
            }
            handOn(base);
            var parent = base.resolve(name);
            if (!Files.isDirectory(parent)) {
                Files.createDirectory(parent);
            }
            handOn(parent);
            var controllers = words(parent.resolve("cgroup.subtree_control"));
            return controllers.stream().anyMatch(WANTED::contains)
                    ? Optional.of(new CgroupV2(parent, controllers))
                    : Optional.empty();
        } catch (IOException e) {
            log.debug("control groups of version 2 are not delegated", e);
            return Optional.empty();
        }
    }

    private static void moveAside(Path base) throws IOException {
        var leaf = base.resolve("server");
        if (!Files.isDirectory(leaf)) {
            Files.createDirectory(leaf);
        }
        for (var pid : Files.readAllLines(base.resolve("cgroup.procs"))) {
            CgroupFiles.write(leaf.resolve("cgroup.procs"), pid.strip());
        }
    }

    private static void handOn(Path group) throws IOException {
        var there = words(group.resolve("cgroup.controllers"));
        for (var wanted : WANTED) {
            if (there.contains(wanted)) {
                CgroupFiles.write(group.resolve("cgroup.subtree_control"), "+" + wanted);
            }
        }
    }

    private static Set<String> words(Path file) throws IOException {
        return Set.copyOf(Arrays.asList(Files.readString(file).strip().split("\\s+", -1)));
    }

    @Override
    public Group create(String id, Limits limits) throws IOException {
        var group = parent.resolve(id);
        Files.createDirectory(group);
        if (controllers.contains("memory") && limits.memoryBytes() > 0) {
            CgroupFiles.write(group.resolve("memory.max"), String.valueOf(limits.memoryBytes()));
            if (Files.exists(group.resolve("memory.swap.max"))) {
                CgroupFiles.write(group.resolve("memory.swap.max"), "0");
            }
        }
        if (controllers.contains("pids") && limits.processes() > 0) {
            CgroupFiles.write(
                    group.resolve("pids.max"), String.valueOf((long) limits.processes() + CgroupFiles.OWN_PROCESSES));
        }
        if (controllers.contains("cpu") && limits.cpus() > 0) {
            CgroupFiles.write(
                    group.resolve("cpu.max"),
                    Math.max(1000, (long) (limits.cpus() * PERIOD_MICROS)) + " " + PERIOD_MICROS);
        }
        return new V2Group(group);
    }

    @Override
    public void sweep(Set<String> openIds) {
        try (var found = Files.list(parent)) {
            for (var group : found.filter(Files::isDirectory).toList()) {
                if (!openIds.contains(String.valueOf(group.getFileName()))) {
                    CgroupFiles.killAll(group);
                    CgroupFiles.remove(group);
                }
            }
        } catch (IOException e) {
            log.warn("cannot look for leftovers in {}", parent, e);
        }
    }

    @Override
    public boolean boundsProcesses() {
        return controllers.contains("pids");
    }

    @Override
    public boolean boundsMemory() {
        return controllers.contains("memory");
    }

    @Override
    public List<Probe.Check> checks() {
        var checks = new ArrayList<Probe.Check>();
        for (var wanted : WANTED) {
            boolean there = controllers.contains(wanted);
            checks.add(new Probe.Check(
                    "bound on " + wanted,
                    there,
                    there ? "control group version 2" : "the controller is not delegated",
                    there ? null : "put Delegate=yes into the server's systemd unit"));
        }
        return List.copyOf(checks);
    }

    private record V2Group(Path group) implements Group {
        @Override
        public List<Path> joins() {
            return List.of(group.resolve("cgroup.procs"));
        }

        @Override
        public String nested() {
            return "";
        }

        @Override
        public int outOfMemoryKills() {
            return (int) CgroupFiles.field(group.resolve("memory.events"), "oom_kill");
        }

        @Override
        public long memoryPeakBytes() {
            return CgroupFiles.number(group.resolve("memory.peak"));
        }

        @Override
        public long cpuMillis() {
            return CgroupFiles.field(group.resolve("cpu.stat"), "usage_usec") / 1000;
        }

        @Override
        public void close() {
            CgroupFiles.remove(group);
        }
    }
}
