package dev.trivet.nix;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Another machine to build on: a real sshd on the loopback, and behind it a store of its own. Both stores have one name, as those of real
 * machines do; a mount namespace makes them two. There, the file {@code where} says {@code remote}.
 */
final class SshBuilder implements AutoCloseable {
    private static final String SSHD = "/usr/sbin/sshd";

    final Path directory;
    final int port;
    final Path key;
    final Path otherKey;
    private final PrivateStore store;
    private final Process sshd;

    SshBuilder(Path directory, PrivateStore store) throws Exception {
        this.directory = Files.createDirectories(directory);
        this.store = store;
        this.key = key("client");
        this.otherKey = key("other");
        key("host");
        this.port = freePort();
        Path authorized = directory.resolve("authorized");
        Files.copy(directory.resolve("client.pub"), authorized);
        program("nix-daemon");
        program("nix-store");
        Files.createDirectories(store.nix.storeDirectory());
        Files.createDirectories(directory.resolve("store"));
        Files.writeString(store.directory.resolve("where"), "local");
        Files.writeString(directory.resolve("where"), "remote");
        Path configuration = directory.resolve("sshd_config");
        Files.writeString(configuration, """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s/host
                AuthorizedKeysFile %s
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                """.formatted(port, directory, authorized));
        if (System.getProperty("user.name").equals("root")) {
            // Without it sshd does not start as root.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        this.sshd = new ProcessBuilder(SSHD, "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sshd.log").toFile())
                .start();
        awaitPort();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitPort() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.getInputStream().read() == 'S') {
                    return;
                }
            } catch (IOException notYet) {
                if (!sshd.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("sshd: " + Files.readString(directory.resolve("sshd.log")), notYet);
                }
                Thread.sleep(10);
            }
        }
    }

    private Path key(String name) throws Exception {
        Path file = directory.resolve(name);
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .inheritIO()
                .start();
        if (keygen.waitFor() != 0) {
            throw new IOException("ssh-keygen failed");
        }
        return file;
    }

    /** Nix over there. */
    private void program(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(
                file, """
                #!/bin/sh
                export PATH=/usr/bin:/bin HOME=%1$s/home NIX_STORE_DIR=%2$s NIX_STATE_DIR=%1$s/state NIX_LOG_DIR=%1$s/log
                export NIX_CONF_DIR=%3$s/conf
                exec bwrap --bind / / --dev-bind /dev /dev --bind %1$s/store %2$s --bind %1$s/where %3$s/where -- %4$s "$@"
                """.formatted(directory, store.nix.storeDirectory(), store.directory, store.nix.program(name)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    String uri() {
        return "ssh-ng://" + System.getProperty("user.name") + "@127.0.0.1?remote-program="
                + directory.resolve("nix-daemon");
    }

    String hostKey() throws IOException {
        return Files.readString(directory.resolve("host.pub"));
    }

    BuilderLine line(String uri, Path clientKey, Optional<String> hostKey) {
        return new BuilderLine(
                uri, List.of("x86_64-linux"), Optional.of(clientKey.toString()), 2, 1, List.of(), List.of(), hostKey);
    }

    BuilderLine line() throws IOException {
        return line(uri(), key, Optional.of(hostKey()));
    }

    /** Ends the connections that there are. */
    void disconnect() {
        sshd.descendants()
                .filter(process -> process.info().command().orElse("").equals(SSHD))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        List<ProcessHandle> all = sshd.descendants().toList();
        sshd.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
