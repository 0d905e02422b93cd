package dev.trivet.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;

/** Runs on a disk of a few megabytes: fills it up, makes room, and goes on. Prints what it saw. */
final class FullDiskProcess {
    private static final LogKey KEY = new LogKey(1, 1);
    private static final LogKey OTHER = new LogKey(2, 1);

    private FullDiskProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path disk = Path.of(arguments[0]);
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[1 << 20]);
        byte[] piece = new byte[100_000];
        Arrays.fill(piece, (byte) 'x');
        piece[piece.length - 1] = '\n';
        try (LogStore store = LogStore.open(disk.resolve("logs"), LogSettings.DEFAULT, InstantSource.system())) {
            long end = fill(store, KEY, piece);
            System.out.println("full");
            check(store.size(KEY) == end, "what was acknowledged is there, and not more");
            check(store.read(KEY, end - 10, 100).bytes().length == 10, "it can be read");
            try {
                fill(store, OTHER, piece);
            } catch (LogStorageFullException alsoNewOnes) {
                System.out.println("new log refused");
            }
            Files.delete(ballast);
            long more = store.append(KEY, end, piece, 0, piece.length).end();
            check(more == end + piece.length, "it goes on where it was");
            check(store.lineCount(KEY) == more / piece.length, "and the index knows all lines");
            System.out.println("went on");

            // full again, now up to the last byte: closing and reading still work
            fill(store, KEY, piece);
            fillWithZeros(disk.resolve("more ballast"));
            store.close(KEY);
            check(store.status(KEY).closed(), "it can be closed");
            check(store.read(KEY, more - 5, 5).bytes().length == 5, "and read");
            System.out.println("closed");
        }
    }

    /** Appends until the disk is full; the failed append is repeated once to see that it stays refused. */
    private static long fill(LogStore store, LogKey key, byte[] piece) throws IOException {
        long end = store.status(key).received();
        while (true) {
            try {
                end = store.append(key, end, piece, 0, piece.length).end();
            } catch (LogStorageFullException full) {
                check(store.status(key).received() == end, "a refused append leaves nothing");
                return end;
            }
        }
    }

    private static void fillWithZeros(Path file) throws IOException {
        try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            System.out.println("really full");
        }
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("not true: " + what);
        }
    }
}
