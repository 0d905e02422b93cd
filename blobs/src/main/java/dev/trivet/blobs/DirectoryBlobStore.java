package dev.trivet.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Blobs as files {@code sha256/<first two digits>/<hash>} of a directory that this store owns alone while it is open. Uploads grow
 * in {@code tmp/} and reach their place by a rename, so a file in place is always whole. The file's modification time is the
 * moment of the last put or keep; garbage collection goes by it.
 */
public final class DirectoryBlobStore implements BlobStore {
    private static final int STRIPES = 64;

    private final Path root;
    private final Path blobs;
    private final UploadDirectory uploads;
    private final InstantSource clock;
    private final DirectoryLock ownership;

    /** A put that finds its blob in place, a keep, and the collection of a blob exclude each other per stripe of hashes. */
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    private DirectoryBlobStore(Path root, InstantSource clock, DirectoryLock ownership) throws IOException {
        this.root = root;
        this.clock = clock;
        this.ownership = ownership;
        this.blobs = root.resolve("sha256");
        this.uploads = new UploadDirectory(root.resolve("tmp"));
        Arrays.setAll(stripes, _ -> new ReentrantLock());
        DurableFiles.createDirectories(blobs);
    }

    /**
     * Opens or creates a store, and removes what uploads left behind that a crash interrupted.
     *
     * @throws IOException if the directory cannot be used or another process has it open
     */
    public static DirectoryBlobStore open(Path directory, InstantSource clock) throws IOException {
        Objects.requireNonNull(clock, "clock is null");
        DurableFiles.createDirectories(directory);
        DirectoryLock ownership = DirectoryLock.take(directory);
        boolean opened = false;
        try {
            DirectoryBlobStore store = new DirectoryBlobStore(directory, clock, ownership);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                ownership.close();
            }
        }
    }

    @Override
    public BlobRef put(InputStream content, long maxBytes) throws IOException {
        Objects.requireNonNull(content, "content is null");
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes is negative: " + maxBytes);
        }
        try (Upload upload = uploads.start()) {
            BlobRef ref = upload.receive(content, maxBytes);
            place(upload, ref);
            return ref;
        }
    }

    private void place(Upload upload, BlobRef ref) throws IOException {
        ReentrantLock stripe = stripe(ref);
        stripe.lock();
        try {
            Path target = file(ref);
            if (isWhole(target, ref)) {
                touch(target);
                return;
            }
            upload.finish();
            touch(upload.file());
            DurableFiles.createDirectories(shard(ref));
            DurableFiles.moveIntoPlace(upload.file(), target);
        } catch (IOException failure) {
            throw uploads.explained(failure);
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public Optional<BlobRef> find(String sha256) throws IOException {
        if (!BlobRef.isSha256(sha256)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BlobRef(sha256, Files.size(file(new BlobRef(sha256, 0)))));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    @Override
    public boolean keep(BlobRef ref) throws IOException {
        ReentrantLock stripe = stripe(ref);
        stripe.lock();
        try {
            if (!isWhole(file(ref), ref)) {
                return false;
            }
            touch(file(ref));
            return true;
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public InputStream open(BlobRef ref) throws IOException {
        return openRange(ref, 0, ref.size());
    }

    @Override
    public InputStream openVerified(BlobRef ref) throws IOException {
        return new VerifyingInputStream(open(ref), ref);
    }

    @Override
    public InputStream openRange(BlobRef ref, long from, long length) throws IOException {
        Objects.checkFromIndexSize(from, length, ref.size());
        FileChannel channel = openFile(ref);
        boolean handedOver = false;
        try {
            if (channel.size() != ref.size()) {
                throw new BlobCorruptException(ref, "its file has " + channel.size() + " bytes");
            }
            handedOver = true;
            return new RangeInputStream(channel, ref, from, length);
        } finally {
            if (!handedOver) {
                channel.close();
            }
        }
    }

    private FileChannel openFile(BlobRef ref) throws IOException {
        try {
            return FileChannel.open(file(ref), StandardOpenOption.READ);
        } catch (NoSuchFileException absent) {
            throw new BlobNotFoundException(ref);
        }
    }

    @Override
    public boolean delete(BlobRef ref) throws IOException {
        return Files.deleteIfExists(file(ref));
    }

    @Override
    public Optional<Path> path(BlobRef ref) throws IOException {
        return isWhole(file(ref), ref) ? Optional.of(file(ref)) : Optional.empty();
    }

    @Override
    public BlobsCollected collect(BlobReferences references, Duration grace) throws IOException {
        Objects.requireNonNull(references, "references is null");
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace is negative: " + grace);
        }
        GarbageCollection collection =
                new GarbageCollection(references, clock.instant().minus(grace), this::deleteIfOlder);
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(blobs)) {
            for (Path shard : shards) {
                collection.collect(shard);
            }
        }
        return collection.result();
    }

    /** The last look and the deletion happen under the lock that put and keep take: what they promised stays. */
    private boolean deleteIfOlder(BlobRef ref, FileTime cutoff) throws IOException {
        ReentrantLock stripe = stripe(ref);
        stripe.lock();
        try {
            Path file = file(ref);
            return Files.getLastModifiedTime(file).compareTo(cutoff) < 0 && Files.deleteIfExists(file);
        } catch (NoSuchFileException gone) {
            return false;
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public BlobStats stats() throws IOException {
        long count = 0;
        long bytes = 0;
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(blobs)) {
            for (Path shard : shards) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
                    for (Path file : files) {
                        count++;
                        bytes += sizeOrZero(file);
                    }
                }
            }
        }
        return new BlobStats(count, bytes);
    }

    @Override
    public void close() throws IOException {
        ownership.close();
    }

    private static long sizeOrZero(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }

    /** A file of the wrong length is damage: a put of the same content then replaces it. */
    private static boolean isWhole(Path file, BlobRef ref) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() && attributes.size() == ref.size();
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    private void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    private Path shard(BlobRef ref) {
        return blobs.resolve(ref.sha256().substring(0, 2));
    }

    private Path file(BlobRef ref) {
        return shard(ref).resolve(ref.sha256());
    }

    private ReentrantLock stripe(BlobRef ref) {
        return stripes[Math.floorMod(ref.sha256().hashCode(), STRIPES)];
    }

    @Override
    public String toString() {
        return "blobs in " + root;
    }
}
