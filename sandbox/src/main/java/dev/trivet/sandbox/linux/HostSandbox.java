package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Execution;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.OutputSink;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A scratch directory and the processes that carry its mark in their environment. */
final class HostSandbox implements Sandbox {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String key;
    private final String id;
    private final Path root;
    private final HostBackend backend;
    private final Process watch;
    private boolean closed;

    private HostSandbox(String key, String id, Path root, HostBackend backend, Process watch) {
        this.key = key;
        this.id = id;
        this.root = root;
        this.backend = backend;
        this.watch = watch;
    }

    static HostSandbox open(String key, String id, Path root, HostBackend backend) throws IOException {
        return new HostSandbox(key, id, root, backend, watch(backend.tools(), id));
    }

    private static Process watch(Tools tools, String id) throws IOException {
        return Subprocess.clean(List.of(tools.shell(), tools.hostWatch().toString(), mark(id)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String mark(String id) {
        return "TRIVET_SANDBOX=" + id;
    }

    /** Kills what an earlier server left. */
    static void killMarked(Tools tools, String id) {
        Subprocess.run(List.of(tools.shell(), tools.hostWatch().toString(), mark(id)), PATIENCE);
    }

    @Override
    public String key() {
        return key;
    }

    /** Where a path of the sandbox really is. {@code ..} does not lead out of the scratch directory. */
    private Path real(String path) {
        return root.resolve(Path.of("/").resolve(path).normalize().toString().substring(1));
    }

    @Override
    public String path(String path) {
        return real(path).toString();
    }

    @Override
    public Execution start(Command command, OutputSink sink) throws SandboxException {
        var account = Account.of(command, UserNamespace.Map.SINGLE);
        var arguments = new ArrayList<String>(
                List.of("setsid", "--wait", backend.tools().shell(), "-c", Launcher.BECOME));
        arguments.add(path(command.directory()));
        arguments.addAll(command.arguments());
        var builder = Subprocess.clean(arguments);
        // The loader's variables are for the job's programs, not for setsid and the shell, but here both are the same
        // user.
        var environment = account.environment(command);
        environment.putIfAbsent("TRIVET_SANDBOX", id);
        if (!command.environment().containsKey("HOME")) {
            environment.put("HOME", path(account.home()));
        }
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return RunningCommand.start(builder, sink, new Actions(), _ -> {});
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot start a command: " + e.getMessage(), e);
        }
    }

    @Override
    public void putTar(String directory, InputStream tar) throws SandboxException {
        Transfer.absolute(directory);
        new Transfer(this).put(path(directory), tar);
    }

    @Override
    public SandboxFile readFile(String path) throws SandboxException {
        Transfer.absolute(path);
        var file = real(path);
        try {
            if (!Files.exists(file)) {
                throw new SandboxException(Reason.NOT_FOUND, "there is no file " + path + " in the sandbox");
            }
            var target = file.toRealPath();
            if (!target.startsWith(root.toRealPath()) || !Files.isRegularFile(target)) {
                throw new SandboxException(
                        Reason.NOT_A_FILE, path + " in the sandbox is not a regular file of its own");
            }
            return new SandboxFile(path, Files.size(target), Files.newInputStream(target));
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "the file " + path + " cannot be read: " + e, e);
        }
    }

    @Override
    public synchronized String freeze() throws SandboxException {
        if (closed) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "the sandbox " + key + " is closed");
        }
        closed = true;
        end();
        return backend.keep(id, root);
    }

    @Override
    public Usage usage() {
        var result = Subprocess.run(List.of(backend.tools().du(), "-skx", root.toString()), PATIENCE);
        var words = result.output().strip().split("\\s", -1);
        return new Usage(0, 0, words[0].matches("[0-9]{1,15}") ? Long.parseLong(words[0]) * 1024 : 0, 0);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            end();
            backend.closed(id, root);
        }
    }

    private void end() {
        try {
            watch.getOutputStream().close();
            if (!watch.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                watch.destroyForcibly();
            }
        } catch (IOException e) {
            killMarked(backend.tools(), id);
        } catch (InterruptedException e) {
            watch.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Marks are given to a sandbox, not to a command: a killed command loses its descendants. */
    private final class Actions implements RunningCommand.Actions {
        @Override
        public void signal(RunningCommand command, int number) {
            Signals.toGroup(backend.tools(), command.pid(), number);
        }

        @Override
        public void kill(RunningCommand command) {
            Signals.killTree(command.process());
        }

        @Override
        public Exit exit(int code) {
            return Signals.exit(code);
        }

        @Override
        public void ended(RunningCommand command) {
            // nothing was made for it
        }
    }
}
