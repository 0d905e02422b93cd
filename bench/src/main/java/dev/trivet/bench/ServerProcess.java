package dev.trivet.bench;

import dev.trivet.store.DatabaseConfig;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code trivet serve} in a process of its own, which began to answer when {@link #start} returns. */
final class ServerProcess implements AutoCloseable {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int STOP_SECONDS = 30;
    private static final int OK = 200;

    private final Process process;
    private final URI address;
    private final long startNanos;

    private ServerProcess(Process process, URI address, long startNanos) {
        this.process = process;
        this.address = address;
        this.startNanos = startNanos;
    }

    /**
     * Starts one and waits for its first 200.
     *
     * @param external the database to use instead of the embedded one
     * @param aotCache start-up cache of the JVM, if there is one
     */
    static ServerProcess start(Path data, Scratch scratch, Optional<DatabaseConfig> external, Optional<Path> aotCache)
            throws IOException, InterruptedException {
        int port = FreePort.choose();
        List<String> command = JavaCommand.program(
                aotCache.map(cache -> List.of("-XX:AOTCache=" + cache)).orElse(List.of()),
                List.of("serve", "--listen", "127.0.0.1:" + port, "--data", data.toString()));
        Path said = Files.createTempFile(data, "serve", ".txt");
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(said.toFile()));
        Map<String, String> environment = builder.environment();
        environment.put("TRIVET_IMAGES_DIRECTORY", scratch.images().toString());
        environment.put("TRIVET_SERVER_ADMIN_TOKEN", "bench-bench-bench-bench-bench-bench-bench");
        external.ifPresent(database -> environment.put("TRIVET_DATABASE", url(database)));
        URI address = URI.create("http://127.0.0.1:" + port + "/");
        long begun = System.nanoTime();
        Process process = builder.start();
        try {
            awaitAnswer(process, address.resolve("health"), begun, said);
        } catch (IOException | InterruptedException failed) {
            process.destroyForcibly();
            throw failed;
        }
        return new ServerProcess(process, address, System.nanoTime() - begun);
    }

    private static String url(DatabaseConfig database) {
        return database.url() + "&user=" + database.user() + "&password=" + database.password();
    }

    private static void awaitAnswer(Process process, URI health, long begun, Path said)
            throws IOException, InterruptedException {
        while (System.nanoTime() - begun < LONGEST_NANOS && process.isAlive()) {
            if (answers(health)) {
                return;
            }
            Thread.sleep(2);
        }
        throw new IOException("the server did not answer: " + Files.readString(said));
    }

    private static boolean answers(URI health) {
        try {
            var connection = (HttpURLConnection) health.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where it listens, with a slash at the end. */
    URI address() {
        return address;
    }

    /** From the start of the process to the first 200, in nanoseconds. */
    long startNanos() {
        return startNanos;
    }

    /** What of it is in memory, in bytes. */
    long residentBytes() throws IOException {
        return ResidentMemory.of(process.pid());
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the server did not stop within " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
