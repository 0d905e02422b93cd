package dev.trivet.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.TestInstantiationException;

/** Where test databases live: programs once per checkout, data in directories that carry the pid of their JVM. */
final class TestFiles {

    private static final String PREFIX = "trivet-test-";

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
