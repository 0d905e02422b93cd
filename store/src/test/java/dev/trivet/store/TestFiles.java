package dev.trivet.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.TestInstantiationException;

/** Where test databases live: programs once per checkout, data in directories that carry the pid of their JVM. */
final class TestFiles {

    private static final String PREFIX = "trivet-test-";

    /** To be counted up when initdb is called differently. */
    private static final int TEMPLATE = 1;

    private TestFiles() {}

    /** Shared by all modules, so that only the first test run unpacks. */
    static Path programs() {
        String root = System.getProperty("trivet.root");
        Path base = root == null ? Path.of(System.getProperty("java.io.tmpdir")) : Path.of(root, "target");
        return base.resolve("postgresql");
    }

    static Path directory() throws IOException {
        return Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
    }

    /** A new data directory with a database in it, copied from one that is made once per checkout: initdb takes a second. */
    static Path clusterDirectory() throws IOException {
        Path template = programs().resolveSibling("postgresql-template-" + TEMPLATE);
        if (!Files.exists(template)) {
            Path fresh = directory();
            new Cluster(fresh, PostgresPrograms.unpacked(programs()), logOf(fresh), Map.of("fsync", "off")).prepare();
            try {
                copy(fresh, template.resolveSibling(fresh.getFileName()));
                Files.move(template.resolveSibling(fresh.getFileName()), template);
            } catch (FileSystemException e) {
                // Another test run was first.
                PostgresPrograms.delete(template.resolveSibling(fresh.getFileName()));
            }
            return fresh;
        }
        Path fresh = directory();
        copy(template, fresh);
        return fresh;
    }

    static PostgresLog logOf(Path data) {
        return new PostgresLog(data.resolve("postgres.log"));
    }

    static void copy(Path from, Path to) throws IOException {
        try {
            Process copying = new ProcessBuilder("cp", "-a", "-T", "--", from.toString(), to.toString())
                    .inheritIO()
                    .start();
            if (copying.waitFor() != 0) {
                throw new IOException("cp ended with code " + copying.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Stops and removes what test runs that were killed have left. */
    static void sweep() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path directory : left) {
                String[] parts = directory.getFileName().toString().split("-", 4);
                if (ProcessHandle.of(Long.parseLong(parts[2])).isEmpty()) {
                    new ClusterProcesses(directory.resolve("postgres")).kill();
                    PostgresPrograms.delete(directory);
                }
            }
        } catch (IOException e) {
            throw new TestInstantiationException("Cannot remove what an earlier test run left in " + temporary, e);
        }
    }
}
