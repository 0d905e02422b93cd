package dev.trivet.sandbox.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * System calls that a job never needs and that have opened kernels before. Everything else is allowed: a build may do what builds do,
 * and the namespaces bound it. In two forms: for an OCI runtime, and as a compiled filter for bubblewrap.
 */
final class Seccomp {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    /** The CLONE_NEW… flags: cgroup, uts, ipc, user, pid, net, mount. */
    private static final List<Integer> NAMESPACES =
            List.of(0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00020000);

    /** Name to number on x86-64 and on arm64 (-1 where there is none). */
    private static final Map<String, int[]> REFUSED = refused();

    private Seccomp() {}

    private static Map<String, int[]> refused() {
        var calls = new LinkedHashMap<String, int[]>();
        calls.put("acct", new int[] {163, 89});
        calls.put("add_key", new int[] {248, 217});
        calls.put("bpf", new int[] {321, 280});
        calls.put("clock_settime", new int[] {227, 112});
        calls.put("delete_module", new int[] {176, 106});
        calls.put("finit_module", new int[] {313, 273});
        calls.put("fsconfig", new int[] {431, 431});
        calls.put("fsmount", new int[] {432, 432});
        calls.put("fsopen", new int[] {430, 430});
        calls.put("fspick", new int[] {433, 433});
        calls.put("init_module", new int[] {175, 105});
        calls.put("io_uring_enter", new int[] {426, 426});
        calls.put("io_uring_register", new int[] {427, 427});
        calls.put("io_uring_setup", new int[] {425, 425});
        calls.put("ioperm", new int[] {173, -1});
        calls.put("iopl", new int[] {172, -1});
        calls.put("kcmp", new int[] {312, 272});
        calls.put("kexec_file_load", new int[] {320, 294});
        calls.put("kexec_load", new int[] {246, 104});
        calls.put("keyctl", new int[] {250, 219});
        calls.put("mount", new int[] {165, 40});
        calls.put("mount_setattr", new int[] {442, 442});
        calls.put("move_mount", new int[] {429, 429});
        calls.put("open_by_handle_at", new int[] {304, 265});
        calls.put("open_tree", new int[] {428, 428});
        calls.put("perf_event_open", new int[] {298, 241});
        calls.put("pivot_root", new int[] {155, 41});
        calls.put("quotactl", new int[] {179, 60});
        calls.put("reboot", new int[] {169, 142});
        calls.put("request_key", new int[] {249, 218});
        calls.put("setns", new int[] {308, 268});
        calls.put("settimeofday", new int[] {164, 170});
        calls.put("swapoff", new int[] {168, 225});
        calls.put("swapon", new int[] {167, 224});
        calls.put("syslog", new int[] {103, 116});
        calls.put("umount2", new int[] {166, 39});
        calls.put("unshare", new int[] {272, 97});
        calls.put("userfaultfd", new int[] {323, 282});
        return calls;
    }

    /** The {@code linux.seccomp} object of an OCI configuration. */
    static ObjectNode oci() {
        var json = JsonNodeFactory.instance;
        var profile = json.objectNode().put("defaultAction", "SCMP_ACT_ALLOW");
        var architectures = profile.putArray("architectures");
        switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" ->
                architectures.add("SCMP_ARCH_X86_64").add("SCMP_ARCH_X86").add("SCMP_ARCH_X32");
            case "aarch64" -> architectures.add("SCMP_ARCH_AARCH64").add("SCMP_ARCH_ARM");
            default -> profile.remove("architectures");
        }
        var rules = profile.putArray("syscalls");
        var names = rule(rules, EPERM).putArray("names");
        REFUSED.keySet().forEach(names::add);
        rule(rules, ENOSYS).putArray("names").add("clone3");
        for (int flag : NAMESPACES) {
            var rule = rule(rules, EPERM);
            rule.putArray("names").add("clone");
            rule.putArray("args")
                    .addObject()
                    .put("index", 0)
                    .put("value", flag)
                    .put("valueTwo", flag)
                    .put("op", "SCMP_CMP_MASKED_EQ");
        }
        for (int request : List.of(TIOCSTI, TIOCLINUX)) {
            var rule = rule(rules, EPERM);
            rule.putArray("names").add("ioctl");
            rule.putArray("args")
                    .addObject()
                    .put("index", 1)
                    .put("value", request)
                    .put("op", "SCMP_CMP_EQ");
        }
        return profile;
    }

    private static ObjectNode rule(ArrayNode rules, int errno) {
        return rules.addObject().put("action", "SCMP_ACT_ERRNO").put("errnoRet", errno);
    }

    /** The compiled filter for this machine, or empty on an architecture whose numbers are not known here. */
    static Optional<byte[]> compiled() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> Optional.of(compile(0, 0xC000003E, 56, 435, 16));
            case "aarch64" -> Optional.of(compile(1, 0xC00000B7, 220, 435, 29));
            default -> Optional.empty();
        };
    }

    /**
     * Classic BPF over {@code struct seccomp_data}: number at 0, architecture at 4, arguments from 16. Programs of another
     * architecture get ENOSYS, because the numbers here mean other calls there.
     */
    private static byte[] compile(int column, int architecture, int clone, int clone3, int ioctl) {
        var refused = REFUSED.values().stream()
                .map(numbers -> numbers[column])
                .filter(number -> number >= 0)
                .toList();
        var program = new ArrayList<long[]>();
        int namespaces = NAMESPACES.stream().reduce(0, (a, b) -> a | b);
        // Three verdicts stand at the end; a jump counts the instructions that it leaps over.
        int total = 4 + refused.size() + 1 + 3 + 4 + 3;
        int allow = total - 3;
        int deny = total - 2;
        int unknown = total - 1;
        program.add(load(4));
        program.add(jump(0x15, architecture, 0, unknown - 2));
        program.add(load(0));
        program.add(jump(0x35, 0x40000000, unknown - 4, 0));
        for (int number : refused) {
            program.add(jump(0x15, number, deny - program.size() - 1, 0));
        }
        program.add(jump(0x15, clone3, unknown - program.size() - 1, 0));
        program.add(jump(0x15, clone, 0, 2));
        program.add(load(16));
        program.add(jump(0x45, namespaces, deny - program.size() - 1, allow - program.size() - 1));
        program.add(jump(0x15, ioctl, 0, allow - program.size() - 1));
        program.add(load(24));
        program.add(jump(0x15, TIOCSTI, deny - program.size() - 1, 0));
        program.add(jump(0x15, TIOCLINUX, deny - program.size() - 1, 0));
        program.add(verdict(0x7fff0000L));
        program.add(verdict(0x00050000L | EPERM));
        program.add(verdict(0x00050000L | ENOSYS));
        if (program.size() != total) {
            throw new IllegalStateException("the filter has " + program.size() + " instructions, not " + total);
        }
        var bytes = ByteBuffer.allocate(total * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (var instruction : program) {
            bytes.putShort((short) instruction[0])
                    .put((byte) instruction[1])
                    .put((byte) instruction[2])
                    .putInt((int) instruction[3]);
        }
        return bytes.array();
    }

    private static long[] load(int offset) {
        return new long[] {0x20, 0, 0, offset};
    }

    private static long[] jump(int code, int value, int whenTrue, int whenFalse) {
        return new long[] {code, whenTrue, whenFalse, value};
    }

    private static long[] verdict(long value) {
        return new long[] {0x06, 0, 0, value};
    }
}
