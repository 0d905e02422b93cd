package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL in the server's data directory: started with it, restarted when it dies, stopped cleanly.
 *
 * <p>Below the data directory: {@code postgres/} (the data), {@code postgres.password} (mode 600), {@code postgres.log}, {@code trivet.lock}.
 * It listens on 127.0.0.1 only, at a port that is chosen anew at each start, and asks for the password (SCRAM). fsync and
 * synchronous_commit are on: what was committed survives {@code kill -9} and a power cut. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration LOG_CHECK = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Cluster cluster;
    private final PostgresLog log;
    private final DataDirectoryLock lock;
    private final int port;
    private final Thread supervisor;
    private volatile Process postmaster;
    private volatile boolean closing;

    private EmbeddedPostgres(Cluster cluster, PostgresLog log, DataDirectoryLock lock, int port, Process postmaster) {
        this.cluster = cluster;
        this.log = log;
        this.lock = lock;
        this.port = port;
        this.postmaster = postmaster;
        this.supervisor = Thread.ofPlatform().name("trivet-postgres").daemon().unstarted(this::supervise);
    }

    /**
     * Starts it; makes the database when there is none. What an earlier server left running after a {@code kill -9} is stopped first.
     *
     * @param data the server's data directory
     * @param programs where PostgreSQL's programs are unpacked, once per version; may be shared between data directories
     * @throws IOException when another server uses the directory, it belongs to another major version, or PostgreSQL does not start; the
     *     message says what to do
     */
    public static EmbeddedPostgres start(Path data, Path programs) throws IOException {
        return start(data, programs, Map.of());
    }

    static EmbeddedPostgres start(Path data, Path programs, Map<String, String> settings) throws IOException {
        requireNonNull(data, "data is null");
        requireNonNull(programs, "programs is null");
        DataDirectoryLock lock = DataDirectoryLock.acquire(data);
        try {
            PostgresLog log = new PostgresLog(data.resolve("postgres.log").toAbsolutePath());
            Cluster cluster = new Cluster(data, PostgresPrograms.unpacked(programs), log, settings);
            cluster.prepare();
            cluster.stopLeftovers();
            int port = LoopbackPort.choose();
            EmbeddedPostgres postgres = new EmbeddedPostgres(cluster, log, lock, port, cluster.start(port));
            postgres.supervisor.start();
            return postgres;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * How to reach the embedded database of a server that is running on this data directory, for commands that look into it from outside. Empty
     * when none runs.
     */
    public static Optional<DatabaseConfig> running(Path data, int poolSize) throws IOException {
        Path directory = data.resolve("postgres").toAbsolutePath();
        PostmasterFile file = new PostmasterFile(directory);
        long pid = file.pid();
        boolean alive = new ClusterProcesses(directory).living().stream().anyMatch(process -> process.pid() == pid);
        if (!alive || !Files.isReadable(data.resolve("postgres.password"))) {
            return Optional.empty();
        }
        return Optional.of(config(file.port(), new PasswordFile(data.resolve("postgres.password")).read(), poolSize));
    }

    /** How to reach it. Stays valid over restarts by the supervisor. */
    public DatabaseConfig config(int poolSize) throws IOException {
        return config(port, cluster.password(), poolSize);
    }

    private static DatabaseConfig config(int port, String password, int poolSize) {
        return new DatabaseConfig(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable&gssEncMode=disable",
                Cluster.USER,
                password,
                poolSize);
    }

    /** The postmaster's pid; another one after a restart. */
    public long pid() {
        return postmaster.pid();
    }

    private void supervise() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (!closing) {
                if (!postmaster.waitFor(LOG_CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
                    pause = FIRST_PAUSE_MILLIS;
                    trimLog();
                } else if (!closing) {
                    LOG.error("PostgreSQL ended with code {}; starting it again", postmaster.exitValue());
                    if (!isRestarted()) {
                        Thread.sleep(pause);
                        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                    }
                }
            }
        } catch (InterruptedException e) {
            // close() wants this thread to end.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isRestarted() {
        if (closing) {
            return true;
        }
        try {
            // Sessions notice a dead postmaster only when idle; a new one must not start before the last has gone.
            cluster.processes().kill();
            cluster.postmasterFile().delete();
            postmaster = cluster.start(port);
            LOG.info("PostgreSQL runs again as process {}", postmaster.pid());
            return true;
        } catch (IOException e) {
            LOG.error("PostgreSQL cannot be started again: {}", e.getMessage());
            return false;
        }
    }

    private void trimLog() {
        try {
            log.trim();
        } catch (IOException e) {
            LOG.warn("postgres.log cannot be shortened: {}", e.getMessage());
        }
    }

    /** Ends sessions, writes everything down and stops it, within 30 s. */
    @Override
    public void close() throws IOException {
        closing = true;
        supervisor.interrupt();
        synchronized (this) {
            try {
                cluster.processes().stop(STOP);
            } finally {
                lock.close();
            }
        }
    }
}
