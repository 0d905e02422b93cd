package dev.trivet.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, which can be killed. */
final class ServerProcess implements AutoCloseable {
    private static final String READY = "ready at ";

    private final Process process;
    private final URI address;

    private ServerProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Starts one and waits until it answers. */
    static ServerProcess start(Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                // Without it the server says all that it does, and waits for whoever reads that.
                inherited("logback.configurationFile"),
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName()));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println("[server] " + line);
            if (line.startsWith(READY)) {
                Thread.ofPlatform().daemon().start(() -> echo(lines));
                return new ServerProcess(process, URI.create(line.substring(READY.length())));
            }
        }
        throw new IOException("the server ended before it was ready");
    }

    private static String inherited(String property) {
        return "-D" + property + "=" + System.getProperty(property, "");
    }

    private static void echo(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println("[server] " + line);
            }
        } catch (IOException ended) {
            // Killed.
        }
    }

    URI address() {
        return address;
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM; waits for the end. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    /** The server's process. */
    public static void main(String[] arguments) throws Exception {
        TrivetServer server =
                TrivetServer.start(Settings.read(Settings.Options.NONE, System.getenv()), Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println(READY + server.address());
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stopped) {
            throw new UncheckedIOException(new IOException(stopped));
        }
    }
}
