package dev.trivet.bench;

import dev.trivet.cli.house.RunDirectory;
import dev.trivet.cli.house.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where benchmarks keep their data: a folder that goes at the end, beside the images and PostgreSQL's programs of {@code trivet run},
 * which are made once and shared.
 */
final class Scratch implements AutoCloseable {
    private final Path base;
    private final TemporaryFolder folder;
    private int number;

    private Scratch(Path base, TemporaryFolder folder) {
        this.base = base;
        this.folder = folder;
    }

    static Scratch make(Map<String, String> environment) throws IOException {
        Path base = Files.createDirectories(RunDirectory.base(environment));
        return new Scratch(base, TemporaryFolder.in(base, ".bench"));
    }

    /** A new empty folder. */
    Path directory(String name) throws IOException {
        number++;
        return Files.createDirectories(folder.path().resolve(name + "-" + number));
    }

    /** The images that {@code trivet run} uses. */
    Path images() {
        return base.resolve("images");
    }

    /** PostgreSQL's programs, unpacked. */
    Path programs() {
        return base.resolve("postgres-programs");
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
