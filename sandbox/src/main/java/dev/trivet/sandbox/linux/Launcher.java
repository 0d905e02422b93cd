package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How a first process is started on a mounted file system, and how further commands join it. Immutable. */
sealed interface Launcher permits BwrapLauncher, OciLauncher {
    /** What Docker gives to a container: enough for package managers and su, nothing that reaches the kernel's configuration. */
    List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_MKNOD",
            "CAP_AUDIT_WRITE",
            "CAP_SETFCAP");

    /** Files of /proc that tell about the host or could change it. */
    List<String> READ_ONLY = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    List<String> MASKED_FILES = List.of(
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/timer_list",
            "/proc/timer_stats");

    List<String> MASKED_FOLDERS =
            List.of("/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/firmware", "/sys/fs", "/sys/kernel");

    /**
     * Stays until it is killed and reaps what is left to it. Runs by the image's own shell: as process 1 of the sandbox it must be a
     * program of the image. A {@code kill -1} from outside ends its sleep, and it goes on, also when it cannot fork because a
     * job used up all processes: {@code command} keeps the shell from ending then, and {@code jobs} reaps what was killed.
     */
    List<String> FIRST = List.of(
            "/bin/sh",
            "-c",
            "exec 2>/dev/null; while :; do command eval 'sleep 2147483647 &' && wait; jobs >/dev/null; done");

    /** Enters a directory and becomes a program, so that both failures look the same everywhere: 126 and 127. */
    String BECOME = "cd \"$0\" || exit 126; exec \"$@\"";

    /** {@code oci} or {@code bwrap}. */
    String id();

    /** {@code stay} when the first process' parent stays its parent, {@code detach} when it returns. */
    String mode();

    /** Whether the hierarchy of control groups is hidden from the runtime. */
    boolean hidesCgroups();

    /** Writes what the runtime needs into the sandbox's directory, before anything is mounted. */
    void prepare(Box box, SandboxSpec spec, Context context) throws IOException;

    /** The argument vector of the first process, run by the holder; paths are absolute ones of the host. */
    List<String> first(Box box, SandboxSpec spec);

    /** How a command joins. */
    Entry enter(Box box, Command command, Context context, String name);

    /**
     * What else is known.
     *
     * @param map ids of the user namespace
     * @param namespaces paths of the namespace files of the holder and the first process; empty before they run
     * @param cgroup path for an OCI runtime, or empty
     */
    record Context(UserNamespace.Map map, Namespaces namespaces, String cgroup) {}

    /**
     * Namespace files, for {@code nsenter}.
     *
     * @param holder folder of the holder's, such as {@code /proc/12/ns}
     * @param first folder of the first process'
     * @param firstInside the same folder, as it is called in the holder's mount namespace
     */
    record Namespaces(String holder, String first, String firstInside) {
        static final Namespaces NONE = new Namespaces("", "", "");
    }

    /**
     * A way in.
     *
     * @param files to be written into the sandbox's state directory first: name to content
     * @param descriptors absolute paths in the holder's mount namespace, opened as descriptors 3, 4 and 5
     * @param arguments the argument vector
     */
    record Entry(Map<String, byte[]> files, List<String> descriptors, List<String> arguments) {}
}
