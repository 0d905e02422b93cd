package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Version 1: one hierarchy for each controller, below the group that the server itself is in. */
final class CgroupV1 implements ControlGroups {
    private static final Logger log = LoggerFactory.getLogger(CgroupV1.class);
    private static final List<String> WANTED = List.of("memory", "pids", "cpu", "cpuacct");
    private static final long PERIOD_MICROS = 100_000;

    private final Map<String, Path> controllers;
    private final String name;
    private final List<Path> others;

    private CgroupV1(Map<String, Path> controllers, String name, List<Path> others) {
        this.controllers = controllers;
        this.name = name;
        this.others = List.copyOf(others);
    }

    /** @param name of the groups' common parent, one for each store */
    static Optional<ControlGroups> detect(String name) {
        var controllers = new LinkedHashMap<String, Path>();
        try {
            var own = ownGroups();
            for (var wanted : WANTED) {
                var mount = Path.of("/sys/fs/cgroup", wanted);
                if (!Files.exists(mount.resolve("cgroup.procs"))) {
                    continue;
                }
                var group = Path.of(mount + own.getOrDefault(wanted, "/"));
                var base = Files.exists(group.resolve("cgroup.procs")) ? group : mount;
                var parent = base.resolve(name);
                if (Files.isDirectory(parent) || tryToMake(parent)) {
                    controllers.put(wanted, parent);
                }
            }
        } catch (IOException e) {
            log.debug("no control groups of version 1", e);
            return Optional.empty();
        }
        return controllers.isEmpty()
                ? Optional.empty()
                : Optional.of(new CgroupV1(controllers, name, others(controllers.keySet())));
    }

    /** The server's own groups in the hierarchies that are not used here: runc makes groups of its own in each of them. */
    private static List<Path> others(Set<String> used) {
        var others = new ArrayList<Path>();
        try (var mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            var own = ownGroups();
            for (var mount : mounts.toList()) {
                var controller = String.valueOf(mount.getFileName());
                var group = Path.of(
                        mount + own.getOrDefault(controller.equals("systemd") ? "name=systemd" : controller, "/"));
                if (!used.contains(controller) && Files.exists(group.resolve("cgroup.procs"))) {
                    others.add(group);
                }
            }
        } catch (IOException e) {
            log.debug("no other hierarchies", e);
        }
        return others;
    }

    private static boolean tryToMake(Path parent) {
        try {
            Files.createDirectory(parent);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Map<String, String> ownGroups() throws IOException {
        var own = new LinkedHashMap<String, String>();
        for (var line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            var parts = line.split(":", 3);
            if (parts.length == 3) {
                for (var controller : parts[1].split(",", -1)) {
                    own.put(controller, parts[2]);
                }
            }
        }
        return own;
    }

    @Override
    public Group create(String id, Limits limits) throws IOException {
        var groups = new LinkedHashMap<String, Path>();
        for (var controller : controllers.entrySet()) {
            var group = controller.getValue().resolve(id);
            Files.createDirectory(group);
            groups.put(controller.getKey(), group);
        }
        var memory = groups.get("memory");
        if (memory != null && limits.memoryBytes() > 0) {
            CgroupFiles.write(memory.resolve("memory.limit_in_bytes"), String.valueOf(limits.memoryBytes()));
            var swap = memory.resolve("memory.memsw.limit_in_bytes");
            if (Files.exists(swap)) {
                CgroupFiles.write(swap, String.valueOf(limits.memoryBytes()));
            }
        }
        var pids = groups.get("pids");
        if (pids != null && limits.processes() > 0) {
            CgroupFiles.write(
                    pids.resolve("pids.max"), String.valueOf((long) limits.processes() + CgroupFiles.OWN_PROCESSES));
        }
        var cpu = groups.get("cpu");
        if (cpu != null && limits.cpus() > 0) {
            CgroupFiles.write(cpu.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_MICROS));
            CgroupFiles.write(cpu.resolve("cpu.cfs_quota_us"), String.valueOf(Math.max(1000, (long)
                    (limits.cpus() * PERIOD_MICROS))));
        }
        return new V1Group(groups, nested(id), others);
    }

    private String nested(String id) {
        return name + "-" + id;
    }

    @Override
    public void sweep(Set<String> openIds) {
        var open = openIds.stream().map(this::nested).toList();
        for (var other : others) {
            try (var found = Files.list(other)) {
                found.filter(group -> String.valueOf(group.getFileName()).startsWith(name + "-"))
                        .filter(group -> !open.contains(String.valueOf(group.getFileName())))
                        .forEach(CgroupFiles::remove);
            } catch (IOException e) {
                log.warn("cannot look for leftovers in {}", other, e);
            }
        }
        for (var parent : controllers.values()) {
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
    }

    @Override
    public boolean boundsProcesses() {
        return controllers.containsKey("pids");
    }

    @Override
    public boolean boundsMemory() {
        return controllers.containsKey("memory");
    }

    @Override
    public List<Probe.Check> checks() {
        var checks = new ArrayList<Probe.Check>();
        for (var wanted : List.of("memory", "pids", "cpu")) {
            boolean there = controllers.containsKey(wanted);
            checks.add(new Probe.Check(
                    "bound on " + wanted,
                    there,
                    there ? "control group version 1" : "the controller is not mounted or not writable",
                    there
                            ? null
                            : "mount it (mount -t cgroup -o " + wanted + " " + wanted + " /sys/fs/cgroup/" + wanted
                                    + ") or run as root"));
        }
        return List.copyOf(checks);
    }

    private record V1Group(Map<String, Path> groups, String nested, List<Path> others) implements Group {
        @Override
        public List<Path> joins() {
            return groups.values().stream()
                    .map(group -> group.resolve("cgroup.procs"))
                    .toList();
        }

        @Override
        public int outOfMemoryKills() {
            var memory = groups.get("memory");
            // runc makes a group of its own below, and each group counts its own processes only.
            return memory == null
                    ? 0
                    : (int) CgroupFiles.tree(memory).stream()
                            .mapToLong(group -> CgroupFiles.field(group.resolve("memory.oom_control"), "oom_kill"))
                            .sum();
        }

        @Override
        public long memoryPeakBytes() {
            var memory = groups.get("memory");
            return memory == null ? 0 : CgroupFiles.number(memory.resolve("memory.max_usage_in_bytes"));
        }

        @Override
        public long cpuMillis() {
            var cpu = groups.get("cpuacct");
            return cpu == null ? 0 : CgroupFiles.number(cpu.resolve("cpuacct.usage")) / 1_000_000;
        }

        @Override
        public void close() {
            groups.values().forEach(CgroupFiles::remove);
            others.forEach(other -> CgroupFiles.remove(other.resolve(nested)));
        }
    }
}
