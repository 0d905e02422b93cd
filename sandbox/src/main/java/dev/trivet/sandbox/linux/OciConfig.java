package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The configuration that an OCI runtime reads (OCI runtime specification 1.0.2). */
final class OciConfig {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OciConfig() {}

    static ObjectNode container(Box box, SandboxSpec spec, Launcher.Context context) {
        var config = JSON.objectNode().put("ociVersion", "1.0.2");
        config.set("process", process(Launcher.FIRST, Account.ROOT, List.of("PATH=/usr/local/bin:/usr/bin:/bin")));
        config.putObject("root").put("path", box.root().toString()).put("readonly", false);
        config.put("hostname", spec.hostname());
        mounts(config.putArray("mounts"));
        var linux = config.putObject("linux");
        var namespaces = linux.putArray("namespaces");
        for (var type : List.of("pid", "ipc", "uts", "mount", "network", "cgroup")) {
            namespaces.addObject().put("type", type);
        }
        if (!context.cgroup().isEmpty()) {
            linux.put("cgroupsPath", context.cgroup());
        }
        addAll(linux.putArray("readonlyPaths"), Launcher.READ_ONLY);
        var masked = linux.putArray("maskedPaths");
        addAll(masked, Launcher.MASKED_FILES);
        addAll(masked, Launcher.MASKED_FOLDERS);
        linux.set("seccomp", Seccomp.oci());
        return config;
    }

    private static void mounts(ArrayNode mounts) {
        mount(mounts, "/proc", "proc", List.of("nosuid", "noexec", "nodev"));
        mount(mounts, "/dev", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
        mount(mounts, "/dev/pts", "devpts", List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        mount(mounts, "/dev/shm", "tmpfs", List.of("nosuid", "nodev", "mode=1777"));
        mount(mounts, "/dev/mqueue", "mqueue", List.of("nosuid", "noexec", "nodev"));
        mount(mounts, "/run", "tmpfs", List.of("nosuid", "nodev", "mode=755"));
        mount(mounts, "/sys", "sysfs", List.of("nosuid", "noexec", "nodev", "ro"));
    }

    private static void mount(ArrayNode mounts, String destination, String type, List<String> options) {
        var mount = mounts.addObject()
                .put("destination", destination)
                .put("type", type)
                .put("source", type);
        addAll(mount.putArray("options"), options);
    }

    /**
     * A command that joins.
     *
     * @param become shell script that enters the directory {@code $0} and becomes the program {@code $@}
     */
    static ObjectNode process(Command command, Account account, String become) {
        var arguments = new ArrayList<String>(List.of("/bin/sh", "-c", become, command.directory()));
        arguments.addAll(command.arguments());
        var environment = account.environment(command).entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        return process(arguments, account, environment);
    }

    private static ObjectNode process(List<String> arguments, Account account, List<String> environment) {
        var process = JSON.objectNode().put("terminal", false).put("cwd", "/").put("noNewPrivileges", false);
        process.putObject("user").put("uid", account.uid()).put("gid", account.uid());
        addAll(process.putArray("args"), arguments);
        addAll(process.putArray("env"), environment);
        var capabilities = process.putObject("capabilities");
        // An ordinary user has none, but may gain these by sudo.
        addAll(capabilities.putArray("bounding"), Launcher.CAPABILITIES);
        if (account.uid() == 0) {
            addAll(capabilities.putArray("effective"), Launcher.CAPABILITIES);
            addAll(capabilities.putArray("permitted"), Launcher.CAPABILITIES);
        }
        var limit = process.putArray("rlimits").addObject().put("type", "RLIMIT_CORE");
        limit.put("soft", 0).put("hard", 0);
        return process;
    }

    private static void addAll(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
