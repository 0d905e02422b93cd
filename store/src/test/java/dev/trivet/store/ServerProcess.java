package dev.trivet.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server in a JVM of its own: starts the embedded PostgreSQL and inserts numbers, telling each one that was committed. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private ServerProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().start(this::read);
    }

    /** The wrapper is a command that replaces itself by the one behind it, for example to become another user; or nothing. */
    static ServerProcess start(List<String> wrapper, String classPath, Path data, Path programs) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                ServerProcess.class.getName(),
                data.toString(),
                programs.toString()));
        return new ServerProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("unreadable: " + e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    /** All that it has printed so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    List<Integer> acknowledged() {
        return lines.stream()
                .filter(line -> line.startsWith("ack "))
                .map(line -> Integer.valueOf(line.substring(4)))
                .toList();
    }

    /** kill -9. Its PostgreSQL lives on. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, which it takes as the wish to stop cleanly. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data, Path.of(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                postgres.close();
            } catch (IOException e) {
                Runtime.getRuntime().halt(3);
            }
        }));
        System.out.println("owner " + Files.getOwner(data.resolve("postgres")));
        try (Database database = Database.connect(postgres.config(2))) {
            database.write(handle -> handle.execute("CREATE TABLE IF NOT EXISTS number (id int PRIMARY KEY)"));
            for (int i = 1; ; i++) {
                int id = i;
                database.write(handle -> handle.execute("INSERT INTO number VALUES (?)", id));
                System.out.println("ack " + i);
            }
        }
    }
}
