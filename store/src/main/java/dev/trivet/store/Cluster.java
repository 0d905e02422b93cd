package dev.trivet.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One PostgreSQL data directory and what can be done with it: make it, start it, stop it. Not thread-safe, and the caller holds the
 * {@link DataDirectoryLock}.
 */
final class Cluster {

    static final String USER = "trivet";

    /** How long a start may take; recovery after a crash reads up to 1 GB of log. */
    private static final Duration START = Duration.ofMinutes(10);

    /** Written to postgresql.conf of a new directory, where an operator may change them. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "shared_buffers", "64MB",
            "max_connections", "60",
            "autovacuum_naptime", "10s",
            // No standby, no archive: less log, and a restore into new tables skips it.
            "wal_level", "minimal",
            "max_wal_senders", "0",
            "timezone", "UTC",
            "log_timezone", "UTC");

    private final Path directory;
    private final PostgresPrograms programs;
    private final PostgresLog log;
    private final PasswordFile password;
    private final Map<String, String> settings;
    private final Privileges privileges;

    /** Overriding settings are for tests; they win over what keeps data durable. */
    Cluster(Path data, PostgresPrograms programs, PostgresLog log, Map<String, String> settings) throws IOException {
        this(data, programs, log, settings, Privileges.detect(data.resolve("postgres")));
    }

    Cluster(
            Path data,
            PostgresPrograms programs,
            PostgresLog log,
            Map<String, String> settings,
            Privileges privileges) {
        this.directory = data.resolve("postgres").toAbsolutePath();
        this.programs = programs;
        this.log = log;
        this.password = new PasswordFile(data.resolve("postgres.password").toAbsolutePath());
        this.settings = Map.copyOf(settings);
        this.privileges = privileges;
    }

    Path directory() {
        return directory;
    }

    PostmasterFile postmasterFile() {
        return new PostmasterFile(directory);
    }

    ClusterProcesses processes() {
        return new ClusterProcesses(directory);
    }

    String password() throws IOException {
        return password.read();
    }

    /** Makes the directory when there is none; refuses one of another major version. */
    void prepare() throws IOException {
        Path versionFile = directory.resolve("PG_VERSION");
        if (!Files.exists(versionFile)) {
            initialise();
            return;
        }
        String major = Files.readString(versionFile).strip();
        if (!major.equals(programs.major())) {
            throw new IOException(wrongVersion(major));
        }
        if (!password.exists()) {
            resetPassword();
        }
    }

    private String wrongVersion(String major) {
        Path data = directory.getParent();
        return """
                %s was made by PostgreSQL %s, and this Trivet carries PostgreSQL %s, which cannot open it. To move over:
                  1. with the Trivet that made it:  trivet db backup --data %s trivet-backup.tar
                  2. put the old one aside:         mv %s %s-%s
                  3. with this Trivet:              trivet db restore --data %s trivet-backup.tar""".formatted(directory, major, programs.major(), data, directory, directory, major, data);
    }

    /** The name changes last, so that a crash half-way leaves no directory that looks complete. */
    private void initialise() throws IOException {
        if (Files.exists(directory)) {
            throw new IOException(directory + " exists but is no PostgreSQL data directory (it has no PG_VERSION);"
                    + " move it away, then a new one is made");
        }
        Path fresh = directory.resolveSibling("postgres.new");
        PostgresPrograms.delete(fresh);
        Files.createDirectory(
                fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path secret = directory.resolveSibling("postgres.new.password");
        PasswordFile.write(secret, password.create());
        privileges.own(fresh);
        privileges.own(secret);
        List<String> command = new ArrayList<>(List.of(
                programs.program("initdb"),
                "--pgdata=" + fresh,
                "--username=" + USER,
                "--auth=scram-sha-256",
                "--pwfile=" + secret,
                "--encoding=UTF8",
                // Sort order that no library upgrade changes under the indexes.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions"));
        DEFAULTS.forEach((name, value) -> command.add("--set=" + name + "=" + value));
        if (settings.getOrDefault("fsync", "on").equals("off")) {
            command.add("--no-sync");
        }
        try {
            run(command, "initdb");
        } finally {
            Files.deleteIfExists(secret);
        }
        Files.move(fresh, directory);
    }

    /** The file with the password is gone but the data are there: a server without network sets a new one. */
    private void resetPassword() throws IOException {
        stopLeftovers();
        String fresh = password.create();
        Path statements = directory.resolveSibling("postgres.new.password");
        PasswordFile.write(statements, "ALTER ROLE " + USER + " PASSWORD '" + fresh + "'");
        try {
            ProcessBuilder builder = new ProcessBuilder(privileges.wrap(
                            List.of(programs.program("postgres"), "--single", "-D", directory.toString(), "postgres")))
                    .redirectInput(statements.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.redirect());
            await(builder.start(), "postgres --single");
        } finally {
            Files.deleteIfExists(statements);
        }
    }

    /** Stops what a killed server left running on this directory, then removes the file that would make PostgreSQL believe it runs. */
    void stopLeftovers() throws IOException {
        processes().stop(Duration.ofSeconds(20));
        postmasterFile().delete();
    }

    /** Starts the postmaster and returns when it takes connections. It is a direct child, so its end is noticed and it never stays a zombie. */
    Process start(int port) throws IOException {
        log.trim();
        long printed = log.size();
        List<String> command = new ArrayList<>(List.of(programs.program("postgres"), "-D", directory.toString()));
        durable(port).forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        Process process = new ProcessBuilder(privileges.wrap(command))
                .redirectErrorStream(true)
                .redirectOutput(log.redirect())
                .start();
        try {
            awaitReady(process, printed);
            return process;
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** On the command line, so that nobody's postgresql.conf makes an acknowledged build vanish or opens the port to the network. */
    private static Map<String, String> durable(int port) {
        return Map.of(
                "port", Integer.toString(port),
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "fsync", "on",
                "synchronous_commit", "on",
                "full_page_writes", "on",
                "ssl", "off",
                "logging_collector", "off",
                "log_destination", "stderr");
    }

    private void awaitReady(Process process, long printed) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!postmasterFile().isReady(process.pid())) {
            try {
                if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw new IOException("PostgreSQL ended with code " + process.exitValue()
                            + " instead of starting. It said:\n" + log.since(printed));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while PostgreSQL was starting", e);
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("PostgreSQL was not ready after " + START.toMinutes() + " minutes. It said:\n"
                        + log.since(printed));
            }
        }
    }

    private void run(List<String> command, String name) throws IOException {
        await(
                new ProcessBuilder(privileges.wrap(command))
                        .redirectErrorStream(true)
                        .redirectOutput(log.redirect())
                        .start(),
                name);
    }

    private void await(Process process, String name) throws IOException {
        try {
            if (process.waitFor() != 0) {
                throw new IOException(name + " ended with code " + process.exitValue() + ". It said:\n"
                        + log.since(0)
                        + (privileges instanceof Privileges.Account account
                                ? "\n(it ran as uid " + account.uid() + ", which must be able to reach " + directory
                                        + ")"
                                : ""));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while running " + name, e);
        }
    }
}
