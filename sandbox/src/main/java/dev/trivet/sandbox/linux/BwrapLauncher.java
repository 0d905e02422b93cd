package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bubblewrap. The first process has the pid, ipc, uts and network namespaces; each command is a bubblewrap of its own that is put
 * into them and mounts the same file system, because only so is a command confined by bubblewrap itself (capabilities, system calls,
 * no new privileges): a plain {@code nsenter} would give it everything.
 *
 * @param seccomp file with the compiled filter, or null where there is none
 */
record BwrapLauncher(String bwrap, String nsenter, @Nullable Path seccomp) implements Launcher {
    /** Made read-only by bubblewrap itself. */
    private static final List<String> COVERED = List.of("/proc/bus", "/proc/irq");

    /** Drops from root by what the image has. The numbers are the catalogue's; su needs the name. */
    private static final String BECOME_BUILD = """
            cd "$0" || exit 126
            p=/usr/bin/setpriv
            if [ -x $p ] && [ ! -L $p ] && [ ! $p -ef /bin/busybox ]; then exec $p --reuid 1000 --regid 1000 --clear-groups -- "$@"; fi
            exec su -p -s /bin/sh build -c 'exec "$0" "$@"' -- "$@"
            """;

    @Override
    public String id() {
        return "bwrap";
    }

    @Override
    public String mode() {
        return "stay";
    }

    @Override
    public boolean hidesCgroups() {
        return false;
    }

    @Override
    public void prepare(Box box, SandboxSpec spec, Context context) {
        // everything is said on the command line
    }

    @Override
    public List<String> first(Box box, SandboxSpec spec) {
        var arguments = new ArrayList<String>(List.of(bwrap, "--info-fd", "3", "--as-pid-1"));
        // It only waits: everything else is mounted for the commands. The shell wants the null device for a background
        // process.
        arguments.addAll(List.of("--bind", box.root().toString(), "/", "--dev-bind", "/dev/null", "/dev/null"));
        arguments.addAll(
                List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup"));
        arguments.addAll(List.of("--hostname", spec.hostname(), "--new-session", "--cap-drop", "ALL"));
        arguments.addAll(
                List.of("--clearenv", "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--chdir", "/", "--"));
        arguments.addAll(FIRST);
        return arguments;
    }

    @Override
    public Entry enter(Box box, Command command, Context context, String name) {
        var account = Account.of(command, context.map());
        var options = new ArrayList<>(fileSystem(box));
        options.addAll(List.of("--bind", box.state().resolve("shm").toString(), "/dev/shm"));
        options.addAll(List.of("--bind", box.state().resolve("run").toString(), "/run"));
        options.addAll(List.of("--new-session", "--chdir", "/"));
        options.addAll(List.of("--cap-drop", "ALL"));
        CAPABILITIES.forEach(capability -> options.addAll(List.of("--cap-add", capability)));
        options.add("--clearenv");
        account.environment(command).forEach((key, value) -> options.addAll(List.of("--setenv", key, value)));
        // Bubblewrap looks itself up in /proc, which is the holder's: it must join the pid namespace by itself.
        options.addAll(List.of("--pidns", "4"));
        if (seccomp != null) {
            options.addAll(List.of("--seccomp", "5"));
        }
        var file = name + ".args";
        var descriptors =
                new ArrayList<String>(List.of(box.state().resolve(file).toString()));
        descriptors.add(context.namespaces().firstInside() + "/pid");
        if (seccomp != null) {
            descriptors.add(seccomp.toString());
        }
        var arguments = new ArrayList<String>();
        arguments.add(nsenter);
        if (context.map() == UserNamespace.Map.SINGLE) {
            arguments.add("--preserve-credentials");
        }
        var holder = context.namespaces().holder();
        var first = context.namespaces().first();
        arguments.addAll(
                List.of("--user=" + holder + "/user", "--mount=" + holder + "/mnt", "--pid=" + holder + "/pid"));
        arguments.addAll(List.of(
                "--ipc=" + first + "/ipc",
                "--uts=" + first + "/uts",
                "--net=" + first + "/net",
                "--cgroup=" + first + "/cgroup"));
        arguments.addAll(List.of("--", bwrap, "--args", "3", "--", "/bin/sh", "-c"));
        arguments.add(account.uid() == 0 ? BECOME : BECOME_BUILD);
        arguments.add(command.directory());
        arguments.addAll(command.arguments());
        return new Entry(Map.of(file, nulSeparated(options)), descriptors, arguments);
    }

    private static List<String> fileSystem(Box box) {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("--bind", box.root().toString(), "/", "--proc", "/proc", "--dev", "/dev"));
        // Processors and memory, which build tools ask for; the rest tells about the host only.
        arguments.addAll(List.of("--ro-bind", "/sys/devices/system", "/sys/devices/system"));
        for (var path : READ_ONLY) {
            if (!COVERED.contains(path) && Files.exists(Path.of(path))) {
                arguments.addAll(List.of("--ro-bind", path, path));
            }
        }
        for (var path : MASKED_FILES) {
            if (Files.exists(Path.of(path))) {
                arguments.addAll(List.of("--ro-bind", "/dev/null", path));
            }
        }
        for (var path : MASKED_FOLDERS) {
            if (path.startsWith("/proc") && Files.isDirectory(Path.of(path))) {
                arguments.addAll(List.of("--tmpfs", path, "--remount-ro", path));
            }
        }
        return arguments;
    }

    private static byte[] nulSeparated(List<String> arguments) {
        var bytes = new ByteArrayOutputStream();
        for (var argument : arguments) {
            bytes.writeBytes(argument.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }
}
