package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Execution;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxSpec;
import dev.trivet.sandbox.SandboxSpec.Base;
import dev.trivet.sandbox.SandboxSpec.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** One backend over a store of its own, with what tests ask of it again and again. */
final class Rig implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final String runtime;
    private final Path directory;
    private final Backends backends;
    private final SandboxBackend backend;
    private final UserNamespace namespace;
    private final AtomicInteger numbers = new AtomicInteger();

    /** How a command ended and what it said. */
    record Said(Exit exit, String words) {}

    private Rig(String runtime, Path directory, Backends backends, SandboxBackend backend, UserNamespace namespace) {
        this.runtime = runtime;
        this.directory = directory;
        this.backends = backends;
        this.backend = backend;
        this.namespace = namespace;
    }

    /** @param runtime {@code crun}, {@code runc}, {@code bwrap} or {@code host} */
    static Rig open(Path directory, String runtime) throws Exception {
        var namespace = UserNamespace.detect(directory.resolve("ns"), new Programs());
        var images = new TestImages(directory.resolve("images"), namespace);
        var backends = Backends.open(Backends.Settings.in(directory.resolve("store")), namespace, images);
        var backend = runtime.equals("host")
                ? backends.choose("host")
                : backends.withRuntime(runtime)
                        .orElseThrow(() -> new AssertionError("apt-get install " + runtime + ": it is not installed"));
        return new Rig(runtime, directory, backends, backend, namespace);
    }

    /** For messages: the runtime and who runs it. */
    @Override
    public String toString() {
        return runtime + (UserNamespace.isRoot() ? " as root" : " as an ordinary user");
    }

    Path store() {
        return directory.resolve("store");
    }

    SandboxBackend backend() {
        return backend;
    }

    Backends backends() {
        return backends;
    }

    UserNamespace namespace() {
        return namespace;
    }

    /** Whether the kernel keeps the bounds here. */
    boolean hasGroups() {
        return UserNamespace.isRoot();
    }

    Sandbox open() throws SandboxException {
        return open(new Base.Image("tools"), Limits.NONE);
    }

    Sandbox open(Base base, Limits limits) throws SandboxException {
        return open(base, limits, Network.NONE);
    }

    Sandbox open(Base base, Limits limits, Network reach) throws SandboxException {
        return backend.open(new SandboxSpec("t-" + numbers.incrementAndGet(), base, limits, reach, "builder"));
    }

    Sandbox openOn(String snapshot) throws SandboxException {
        return open(new Base.Snapshot(snapshot), Limits.NONE);
    }

    static Command root(String script) {
        return new Command(List.of("/bin/sh", "-c", script), Map.of(), "/", "root");
    }

    static Command build(String script) {
        return new Command(List.of("/bin/sh", "-c", script), Map.of(), "/home/build", "build");
    }

    static Said run(Sandbox sandbox, Command command) throws Exception {
        var words = new ByteArrayOutputStream();
        var execution = sandbox.start(command, words::write);
        execution.stdin().close();
        return new Said(await(execution), words.toString(StandardCharsets.UTF_8));
    }

    /** Runs a script as root and gives what it said; it must succeed. */
    static String say(Sandbox sandbox, String script) throws Exception {
        var said = run(sandbox, root(script));
        assertThat(said.exit()).as(said.words()).isEqualTo(new Exit.Code(0));
        return said.words();
    }

    static Exit await(Execution execution) throws Exception {
        return execution.exit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Starts a script that says {@code ready}, and returns when it has. */
    static Execution ready(Sandbox sandbox, Command command) throws Exception {
        var words = new ByteArrayOutputStream();
        var execution = sandbox.start(command, (bytes, offset, length) -> {
            synchronized (words) {
                words.write(bytes, offset, length);
            }
        });
        until(Duration.ofSeconds(10), "the command says ready", () -> {
            synchronized (words) {
                return words.toString(StandardCharsets.UTF_8).contains("ready");
            }
        });
        return execution;
    }

    static void until(Duration longest, String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + " within " + longest).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** Processes of the host whose arguments or environment name this store, and those of its control groups. */
    List<String> processes() {
        return Leftovers.processes(store());
    }

    /** Nothing is left of any sandbox: call it when all are closed. */
    void assertNothingLeft() throws Exception {
        until(
                Duration.ofSeconds(5),
                "processes are gone: " + processes(),
                () -> processes().isEmpty());
        assertThat(Leftovers.mounts(store())).isEmpty();
        assertThat(Leftovers.groups(store())).isEmpty();
        assertThat(Leftovers.files(store().resolve("sandboxes"))).isEmpty();
        backends.close();
        assertThat(Leftovers.files(store().resolve("trash"))).isEmpty();
    }

    @Override
    public void close() throws IOException {
        backends.close();
        var result = Subprocess.run(
                UserNamespace.isRoot()
                        ? List.of("rm", "-rf", "--one-file-system", "--", directory.toString())
                        : namespace.command(List.of("/bin/rm", "-rf", "--", directory.toString())),
                Duration.ofSeconds(30));
        assertThat(result.ok()).as(result.brief()).isTrue();
        assertThat(Files.exists(directory)).isFalse();
    }
}
