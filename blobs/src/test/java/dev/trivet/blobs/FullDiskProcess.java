package dev.trivet.blobs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;

/** Runs on a disk of a few megabytes: fills it up, makes room, and goes on. */
final class FullDiskProcess {
    private FullDiskProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path disk = Path.of(arguments[0]);
        Files.write(disk.resolve("ballast"), new byte[1 << 20]);
        byte[] small = random(1_000_000);
        byte[] large = random(5_000_000);
        try (DirectoryBlobStore blobs = DirectoryBlobStore.open(disk.resolve("blobs"), InstantSource.system())) {
            BlobRef ref = put(blobs, small);
            try {
                put(blobs, large);
                throw new AssertionError("more was stored than there is room for");
            } catch (BlobStorageFullException full) {
                System.out.println("full");
            }
            check(blobs.stats().equals(new BlobStats(1, small.length)), "a refused blob leaves nothing");
            check(blobs.exists(ref), "and takes nothing away");
            BlobRef second = put(blobs, random(1_500_000));
            System.out.println("went on");
            try (InputStream in = blobs.openVerified(second)) {
                check(in.readAllBytes().length == second.size(), "it can be read");
            }
        }
    }

    private static BlobRef put(DirectoryBlobStore blobs, byte[] content) throws IOException {
        return blobs.put(new ByteArrayInputStream(content), content.length);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("not true: " + what);
        }
    }
}
