package dev.trivet.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** PostgreSQL's programs for data directories of tests: unpacked once per checkout, which takes longer than all else that a start does. */
public final class TestPrograms {
    private TestPrograms() {}

    /** Makes a data directory that finds the programs beside it unpacked; answers it. */
    public static Path in(Path data) {
        try {
            PostgresPrograms.unpacked(TestFiles.programs());
            Path link = Files.createDirectories(data).resolve("postgres-programs");
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, TestFiles.programs().toAbsolutePath());
            }
            return data;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
