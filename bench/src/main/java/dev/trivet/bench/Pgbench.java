package dev.trivet.bench;

import dev.trivet.server.Storage;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own benchmark program, on a database beside ours in the same PostgreSQL, with the same tables. */
final class Pgbench {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final Pattern TPS = Pattern.compile("^tps = ([0-9.]+)", Pattern.MULTILINE);
    private static final int THREADS = 2;

    private static final String DATABASE = "pgbench";

    private final String program;
    private final int port;
    private final DatabaseConfig config;
    private final Path directory;

    private Pgbench(String program, int port, DatabaseConfig config, Path directory) {
        this.program = program;
        this.port = port;
        this.config = config;
        this.directory = directory;
    }

    /** @throws IOException if it is not installed; the message says how to get it */
    static Pgbench on(ScratchDatabase database, Path directory) throws IOException {
        String program = program();
        database.database().jdbi().useHandle(handle -> handle.execute("create database " + DATABASE));
        DatabaseConfig ours = database.config();
        var config = new DatabaseConfig(
                ours.url().replace("/postgres?", "/" + DATABASE + "?"), ours.user(), ours.password(), 1);
        Storage.MIGRATIONS.migrate(config);
        return new Pgbench(program, database.port(), config, directory);
    }

    private static String program() throws IOException {
        var places = new ArrayList<Path>();
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                versions.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin/pgbench"))
                        .forEach(places::add);
            }
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            places.add(Path.of(folder, "pgbench"));
        }
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("pgbench is not installed, and it is the baseline here."
                        + " On Debian and Ubuntu: apt-get install --no-install-recommends postgresql"))
                .toString();
    }

    /** Runs the script for some seconds; how many times per second it was completed. */
    double perSecond(PgbenchScript script, int clients, int seconds) throws IOException, InterruptedException {
        try (Database database = Database.connect(config)) {
            database.jdbi()
                    .useHandle(handle -> handle.createScript(script.setup()).execute());
        }
        Path file = Files.writeString(directory.resolve("script.sql"), script.text());
        var builder = new ProcessBuilder(
                program,
                "--no-vacuum",
                "--protocol=prepared",
                "--client=" + clients,
                "--jobs=" + Math.min(THREADS, clients),
                "--time=" + seconds,
                "--file=" + file,
                "--host=127.0.0.1",
                "--port=" + port,
                "--username=" + config.user(),
                DATABASE);
        builder.environment().put("PGPASSWORD", config.password());
        builder.environment().put("PGSSLMODE", "disable");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher rate = TPS.matcher(said);
        if (process.waitFor() != 0 || !rate.find()) {
            throw new IOException("pgbench failed: " + said);
        }
        return Double.parseDouble(rate.group(1));
    }
}
