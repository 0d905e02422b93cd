package dev.trivet.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A PostgreSQL of one test's own, durable like the real one, that may be killed and started again. Its directory goes with it.
 *
 * <p>Below it is an unsupervised {@link Cluster}, so that dead stays dead until {@link #start}; what the supervisor does is tested on
 * {@link EmbeddedPostgres} itself.
 */
public final class TestCluster implements AutoCloseable {

    private final Path data;
    private final Cluster cluster;
    private final int port;

    /** Makes and starts it (a third of a second, the first time ever some seconds). */
    public TestCluster() throws IOException {
        this(Map.of());
    }

    TestCluster(Map<String, String> settings) throws IOException {
        data = TestFiles.clusterDirectory();
        cluster = new Cluster(data, PostgresPrograms.unpacked(TestFiles.programs()), TestFiles.logOf(data), settings);
        cluster.prepare();
        port = LoopbackPort.choose();
        start();
    }

    /** Starts it after {@link #kill} or {@link #stop}, at the same port; returns when it takes connections. */
    public void start() throws IOException {
        cluster.processes().kill();
        cluster.postmasterFile().delete();
        cluster.start(port);
    }

    /** kill -9 of the postmaster alone; its sessions end by themselves a moment later. */
    public void killPostmaster() throws IOException {
        long pid = cluster.postmasterFile().pid();
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /** kill -9 of every process, like a power cut (but for the kernel's page cache, which stays). */
    public void kill() throws IOException {
        cluster.processes().kill();
    }

    /** Stops it cleanly. */
    public void stop() throws IOException {
        cluster.processes().stop(java.time.Duration.ofSeconds(20));
    }

    public DatabaseConfig config() throws IOException {
        return new DatabaseConfig(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable&gssEncMode=disable",
                Cluster.USER,
                cluster.password(),
                8);
    }

    @Override
    public void close() throws IOException {
        kill();
        if (Files.exists(data)) {
            PostgresPrograms.delete(data);
        }
    }
}
