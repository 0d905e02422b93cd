package dev.trivet.bench;

import dev.trivet.nix.archive.NarDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Archiving and hashing a tree as stores do, against Nix and coreutils doing the same. */
final class NarBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final long MEGABYTE = 1_000_000;
    private static final int SMALL_FILE = 8 * 1024;
    private static final int FILES_IN_A_DIRECTORY = 200;
    private static final int LARGE_FILES = 4;
    private static final long PATIENCE_SECONDS = 300;

    @Override
    public String name() {
        return "nar";
    }

    @Override
    public String description() {
        return "a tree as NAR with its SHA-256, against nix-store --dump | sha256sum";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        long megabytes = sizes.of("megabytes", 400);
        Path large = tree(scratch.directory("large"), 0, megabytes * MEGABYTE);
        Path small = tree(scratch.directory("small"), megabytes * MEGABYTE / 4, 0);
        Table table = new Table();
        compare(table, "large files", large);
        compare(table, "files of 8 KiB", small);
        return table;
    }

    private static void compare(Table table, String what, Path tree) throws Exception {
        double ours = 0;
        double theirs = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begun = System.nanoTime();
            NarDigest digest = NarDigest.of(tree);
            ours = Math.max(ours, rate(digest.size(), begun));
            begun = System.nanoTime();
            String hash = dumped(tree);
            theirs = Math.max(theirs, rate(digest.size(), begun));
            if (!hash.equals(digest.hash().hex())) {
                throw new IOException("the archives differ: " + digest.hash().hex() + " and " + hash);
            }
        }
        table.against(
                what + ", NAR and SHA-256; nix-store --dump | sha256sum", ours, "MB/s", theirs, Budget.atLeast(1));
    }

    private static double rate(long bytes, long begun) {
        return bytes / (double) MEGABYTE / ((System.nanoTime() - begun) / 1e9);
    }

    private static String dumped(Path tree) throws Exception {
        List<Process> pipe = ProcessBuilder.startPipeline(
                List.of(new ProcessBuilder("nix-store", "--dump", tree.toString()), new ProcessBuilder("sha256sum")));
        Process last = pipe.getLast();
        try (InputStream output = last.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.US_ASCII);
            if (!last.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || last.exitValue() != 0) {
                throw new IOException("sha256sum failed");
            }
            return said.split(" ", 2)[0];
        } finally {
            pipe.forEach(Process::destroyForcibly);
        }
    }

    /** Random bytes in small and in large files. */
    private static Path tree(Path root, long small, long large) throws IOException {
        var random = new Random(1);
        byte[] bytes = new byte[SMALL_FILE];
        for (int file = 0; file < small / SMALL_FILE; file++) {
            random.nextBytes(bytes);
            Path directory = Files.createDirectories(root.resolve("d" + file / FILES_IN_A_DIRECTORY));
            Files.write(directory.resolve("file-" + file), bytes);
        }
        byte[] block = new byte[(int) MEGABYTE];
        for (int file = 0; file < LARGE_FILES; file++) {
            try (var out = Files.newOutputStream(root.resolve("large-" + file))) {
                for (long left = large / LARGE_FILES; left > 0; left -= block.length) {
                    random.nextBytes(block);
                    out.write(block, 0, (int) Math.min(left, block.length));
                }
            }
        }
        return root;
    }
}
