package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sandbox of namespaces over an overlay; which runtime confines its commands is the launcher's business. */
final class LinuxSandbox implements Sandbox {
    private static final Logger log = LoggerFactory.getLogger(LinuxSandbox.class);

    private final Host host;
    private final Launcher launcher;
    private final Box box;
    private final Limits limits;
    private final boolean network;
    private final Holder holder;
    private final ControlGroups.Group group;
    private final Runnable whenGone;
    private final Launcher.Context context;
    private final Bounds bounds;
    private final Set<RunningCommand> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong names = new AtomicLong();
    private boolean closed;

    LinuxSandbox(
            Host host,
            Launcher launcher,
            Box box,
            Limits limits,
            boolean network,
            Holder holder,
            ControlGroups.Group group,
            Runnable whenGone) {
        this.host = host;
        this.launcher = launcher;
        this.box = box;
        this.limits = limits;
        this.network = network;
        this.holder = holder;
        this.group = group;
        this.whenGone = whenGone;
        this.context = new Launcher.Context(host.namespace().map(), holder.namespaces(), group.nested());
        this.bounds = new Bounds(host, box, limits, holder, this::killAll);
        host.watch().add(bounds);
    }

    @Override
    public String key() {
        return box.key();
    }

    @Override
    public Execution start(Command command, OutputSink sink) throws SandboxException {
        if (network) {
            holder.awaitNetwork();
        }
        var name = "c" + names.incrementAndGet();
        var entry = launcher.enter(box, command, context, name);
        var actions = new Actions(entry, group.outOfMemoryKills());
        try {
            for (var file : entry.files().entrySet()) {
                Files.write(holder.inside(box.state().resolve(file.getKey())), file.getValue());
            }
            return RunningCommand.start(Subprocess.clean(arguments(entry)), sink, actions, running::add);
        } catch (IOException e) {
            actions.removeFiles();
            throw new SandboxException(
                    Reason.INFRASTRUCTURE,
                    holder.alive() ? "cannot start a command: " + e.getMessage() : "the sandbox has ended",
                    e);
        }
    }

    private List<String> arguments(Launcher.Entry entry) {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of(host.tools().shell(), host.tools().enter().toString()));
        arguments.addAll(List.of(host.tools().processLimit(), String.valueOf(bounds.processLimit())));
        arguments.add(String.valueOf(entry.descriptors().size()));
        entry.descriptors()
                .forEach(file -> arguments.add(holder.inside(Path.of(file)).toString()));
        arguments.add(String.valueOf(group.joins().size()));
        group.joins().forEach(file -> arguments.add(file.toString()));
        arguments.addAll(entry.arguments());
        return arguments;
    }

    /** Kills every process but the first one, and returns when they are gone. One system call of the kernel: nothing can fork away from it. */
    private void killAll() {
        if (!holder.alive()) {
            return;
        }
        var namespaces = holder.namespaces();
        var result = Subprocess.run(
                List.of(
                        host.tools().nsenter(),
                        "--preserve-credentials",
                        "--user=" + namespaces.holder() + "/user",
                        "--mount=" + namespaces.holder() + "/mnt",
                        "--pid=" + namespaces.first() + "/pid",
                        "--",
                        host.tools().shell(),
                        "-c",
                        "kill -KILL -1"),
                Duration.ofSeconds(5));
        // The shell may be among the killed.
        if (result.code() == 127 || result.code() == -1) {
            log.warn("cannot kill the processes of sandbox {}: {}", box.key(), result.brief());
            holder.close();
            return;
        }
        holder.awaitReaping();
    }

    @Override
    public void putTar(String directory, InputStream tar) throws SandboxException {
        new Transfer(this).put(directory, tar);
    }

    @Override
    public SandboxFile readFile(String path) throws SandboxException {
        return new Transfer(this).read(path);
    }

    @Override
    public synchronized String freeze() throws SandboxException {
        if (closed) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "the sandbox " + box.key() + " is closed");
        }
        closed = true;
        if (!holder.alive()) {
            end();
            host.store().remove(box);
            throw new SandboxException(
                    Reason.INFRASTRUCTURE, "the sandbox " + box.key() + " has ended before it was frozen");
        }
        killAll();
        try {
            boolean complete = box.depth() + 1 >= LayerStore.MOST_LAYERS;
            if (complete) {
                Flattening.merge(host, box, holder);
            }
            end();
            return complete
                    ? host.store().freezeComplete(box, box.directory().resolve(Flattening.DIRECTORY))
                    : host.store().freeze(box);
        } catch (SandboxException e) {
            end();
            host.store().remove(box);
            throw e;
        }
    }

    @Override
    public Usage usage() {
        return new Usage(
                Math.max(group.memoryPeakBytes(), bounds.memoryPeakBytes()),
                group.cpuMillis(),
                bounds.diskBytes(),
                group.outOfMemoryKills() + (bounds.exceeded() instanceof Bounds.Exceeded.Memory ? 1 : 0));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        end();
        host.store().remove(box);
    }

    private void end() {
        host.watch().remove(bounds);
        holder.close();
        group.close();
        whenGone.run();
    }

    /** What one command of this sandbox needs. */
    private final class Actions implements RunningCommand.Actions {
        private final Launcher.Entry entry;
        private final int killsBefore;
        private volatile boolean killed;

        Actions(Launcher.Entry entry, int killsBefore) {
            this.entry = entry;
            this.killsBefore = killsBefore;
        }

        @Override
        public void signal(RunningCommand command, int number) {
            Signals.toGroup(host.tools(), command.pid(), number);
        }

        @Override
        public void kill(RunningCommand command) {
            killed = true;
            // First those outside: the command may not have arrived in the sandbox yet.
            Signals.killTree(command.process());
            if (running.stream().allMatch(other -> other == command)) {
                killAll();
            }
        }

        @Override
        public Exit exit(int code) {
            var exceeded = bounds.exceeded();
            return switch (exceeded) {
                case Bounds.Exceeded.Disk _ -> new Exit.DiskFull(limits.diskBytes());
                case Bounds.Exceeded.Memory _ when code != 0 -> new Exit.OutOfMemory();
                case Bounds.Exceeded.Memory _ -> new Exit.Code(0);
                case Bounds.Exceeded.No _ -> {
                    if (code != 0 && group.outOfMemoryKills() > killsBefore) {
                        yield new Exit.OutOfMemory();
                    }
                    if (killed) {
                        yield new Exit.Signalled(9);
                    }
                    if (code != 0 && !holder.alive()) {
                        yield new Exit.Lost(
                                ("the sandbox " + box.key() + " ended under the command " + holder.complaint())
                                        .strip());
                    }
                    yield Signals.exit(code);
                }
            };
        }

        @Override
        public void ended(RunningCommand command) {
            running.remove(command);
            removeFiles();
        }

        void removeFiles() {
            for (var file : entry.files().keySet()) {
                try {
                    Files.deleteIfExists(holder.inside(box.state().resolve(file)));
                } catch (IOException e) {
                    log.debug("{} goes with the sandbox", file, e);
                }
            }
        }
    }
}
