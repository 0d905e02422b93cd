package dev.trivet.nix;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluator in a sandbox writes its derivations by: it sees the store read-only, and a socket. Where this process may write the
 * store itself, that is a daemon of the evaluation's own, which trusts nobody and ends with it; otherwise it is the machine's.
 */
final class StoreDaemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path socket;
    private final @Nullable Process process;

    private StoreDaemon(Path socket, @Nullable Process process) {
        this.socket = Objects.requireNonNull(socket, "socket is null");
        this.process = process;
    }

    /**
     * Makes one ready.
     *
     * @param directory an empty one, for the socket
     * @throws IOException if no evaluator could write to the store
     */
    static StoreDaemon open(Nix nix, Spawner spawner, Path directory) throws IOException {
        Path state = nix.stateDirectory();
        if (!isWritable(state)) {
            Path theirs = Path.of(nix.environment()
                    .getOrDefault(
                            "NIX_DAEMON_SOCKET_PATH",
                            state.resolve("daemon-socket/socket").toString()));
            if (!Files.exists(theirs)) {
                throw new IOException("the store " + nix.storeDirectory()
                        + " is not ours to write, and there is no daemon at " + theirs + ": start nix-daemon");
            }
            return new StoreDaemon(theirs, null);
        }
        if (!Files.isDirectory(nix.storeDirectory())) {
            initialise(nix, spawner, directory);
        }
        return start(nix, spawner, directory);
    }

    private static StoreDaemon start(Nix nix, Spawner spawner, Path directory) throws IOException {
        Path socket = directory.resolve("socket");
        Path said = directory.resolveSibling("daemon.log");
        Map<String, String> environment = new HashMap<>(nix.environment());
        environment.put("NIX_DAEMON_SOCKET_PATH", socket.toString());
        Process process = spawner.start(quiet(
                List.of(
                        "setpriv",
                        "--pdeathsig",
                        "KILL",
                        nix.program("nix-daemon"),
                        "--option",
                        "trusted-users",
                        "",
                        // Its socket is in a directory of ours alone, whoever the machine's daemon lets in.
                        "--option",
                        "allowed-users",
                        "*"),
                environment,
                said));
        var daemon = new StoreDaemon(socket, process);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(socket)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                daemon.close();
                throw new IOException("nix-daemon does not start: " + Words.end(Files.readString(said)));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return daemon;
    }

    private static boolean answers(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A store that nobody has used yet has no directory that could be shown. */
    private static void initialise(Nix nix, Spawner spawner, Path directory) throws IOException {
        Path said = directory.resolveSibling("init.log");
        Process process = spawner.start(quiet(List.of(nix.program("nix-store"), "--init"), nix.environment(), said));
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("nix-store --init fails: " + Words.end(Files.readString(said)));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the store was made", interrupted);
        } finally {
            Ending.now(process);
        }
    }

    private static ProcessBuilder quiet(List<String> command, Map<String, String> environment, Path said) {
        var builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    private static boolean isWritable(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.isWritable(there);
    }

    Path socket() {
        return socket;
    }

    /** Ends it with what it builds. The machine's daemon goes on. */
    @Override
    public void close() {
        if (process != null) {
            Ending.of(process);
        }
    }
}
