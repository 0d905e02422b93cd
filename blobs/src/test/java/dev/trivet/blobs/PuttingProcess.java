package dev.trivet.blobs;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;

/** A server that is going to be killed: puts random blobs and names each one that was accepted. */
final class PuttingProcess {
    private PuttingProcess() {}

    public static void main(String[] arguments) throws Exception {
        Random random = new Random();
        try (DirectoryBlobStore blobs = DirectoryBlobStore.open(Path.of(arguments[0]), InstantSource.system())) {
            while (true) {
                byte[] content = new byte[random.nextInt(300_000)];
                random.nextBytes(content);
                BlobRef ref = blobs.put(new ByteArrayInputStream(content), content.length);
                System.out.println(ref.sha256() + " " + ref.size());
                System.out.flush();
            }
        }
    }
}
