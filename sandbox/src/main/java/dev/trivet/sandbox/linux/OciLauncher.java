package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An OCI runtime: crun or runc. It runs inside the holder, as root of the user namespace, on a file system that is mounted already,
 * so it needs no rights and no identity maps of its own.
 */
record OciLauncher(Program kind, String program, String nsenter) implements Launcher {
    private static final String CONTAINER = "job";

    /** The runtimes, the preferred one first. */
    enum Program {
        CRUN,
        RUNC
    }

    @Override
    public String id() {
        return "oci";
    }

    @Override
    public String mode() {
        return "detach";
    }

    /** crun 1.8 refuses hosts with both versions of control groups, even when told to leave them alone; runc 1.1 insists on seeing them. */
    @Override
    public boolean hidesCgroups() {
        return switch (kind) {
            case CRUN -> true;
            case RUNC -> false;
        };
    }

    @Override
    public void prepare(Box box, SandboxSpec spec, Context context) throws IOException {
        var bundle = Files.createDirectory(box.directory().resolve("bundle"));
        Files.writeString(
                bundle.resolve("config.json"),
                OciConfig.container(box, spec, context).toString());
    }

    @Override
    public List<String> first(Box box, SandboxSpec spec) {
        var arguments = runtime(box);
        arguments.addAll(List.of(
                "run", "--detach", "--bundle", box.directory().resolve("bundle").toString()));
        arguments.addAll(List.of("--pid-file", box.state().resolve("pid").toString(), CONTAINER));
        return arguments;
    }

    @Override
    public Entry enter(Box box, Command command, Context context, String name) {
        var file = name + ".json";
        var arguments = new ArrayList<String>(outputAsThree());
        arguments.add(nsenter);
        if (context.map() == UserNamespace.Map.SINGLE) {
            arguments.add("--preserve-credentials");
        }
        var holder = context.namespaces().holder();
        arguments.addAll(
                List.of("--user=" + holder + "/user", "--mount=" + holder + "/mnt", "--pid=" + holder + "/pid", "--"));
        arguments.addAll(runtime(box));
        arguments.add("exec");
        var become = Launcher.BECOME;
        switch (kind) {
            case CRUN -> {}
            case RUNC -> {
                arguments.addAll(List.of("--preserve-fds", "1"));
                become = "exec >&3 2>&3 3>&-; " + become;
            }
        }
        arguments.addAll(List.of("--process", box.state().resolve(file).toString(), CONTAINER));
        var process = OciConfig.process(command, Account.of(command, context.map()), become);
        return new Entry(Map.of(file, process.toString().getBytes(StandardCharsets.UTF_8)), List.of(), arguments);
    }

    /**
     * runc copies a command's output and errors by two pipes of its own, which loses their order, and waits for the end of both, which
     * a daemon puts off for ever. So the real output goes in as descriptor 3.
     */
    private List<String> outputAsThree() {
        return switch (kind) {
            case CRUN -> List.of();
            case RUNC -> List.of("/bin/sh", "-c", "exec \"$@\" 3>&1", "sh");
        };
    }

    private List<String> runtime(Box box) {
        var arguments = new ArrayList<String>(List.of(program));
        switch (kind) {
            case CRUN -> arguments.add("--cgroup-manager=disabled");
            case RUNC -> arguments.add("--rootless=true");
        }
        arguments.addAll(List.of("--root", box.state().resolve("runtime").toString()));
        return arguments;
    }
}
