package dev.trivet.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Immutable bytes under the name of their own SHA-256 (DESIGN.md sections 2 and 4). The same content is stored once. All methods
 * may be called from any thread.
 *
 * <p>A blob lives as long as something references it (see {@link #collect}), and for a grace time after it was last put or kept.
 * So whoever writes a reference first calls {@link #put} or {@link #keep}, then commits the reference within the grace time.
 */
public interface BlobStore extends AutoCloseable {

    /**
     * Stores what the stream yields until its end. The blob is on stable storage when this returns; if it throws, nothing is
     * kept. The stream is not closed.
     *
     * @param maxBytes longest content accepted
     * @throws BlobTooLargeException if the content is longer; at most one buffer beyond the bound was read
     * @throws BlobStorageFullException if the device is full
     */
    BlobRef put(InputStream content, long maxBytes) throws IOException;

    /** The blob of that hash with its stored size, or empty; also empty for a text that is no hash at all. */
    Optional<BlobRef> find(String sha256) throws IOException;

    /** Whether the blob is stored. */
    default boolean exists(BlobRef ref) throws IOException {
        return find(ref.sha256()).isPresent();
    }

    /**
     * Starts a new grace time for a blob that is about to be referenced without being put.
     *
     * @return false if it is not stored (any more): put it
     */
    boolean keep(BlobRef ref) throws IOException;

    /**
     * The whole content. Its length is checked here; its hash is not (that is {@link #openVerified}).
     *
     * @throws BlobNotFoundException if it is not stored
     * @throws BlobCorruptException if what is stored is shorter or longer than the name says
     */
    InputStream open(BlobRef ref) throws IOException;

    /**
     * The bytes from {@code from} (inclusive), {@code length} of them.
     *
     * @throws IndexOutOfBoundsException if the range is not inside of the blob
     * @throws BlobNotFoundException if it is not stored
     * @throws BlobCorruptException if what is stored is shorter or longer than the name says
     */
    InputStream openRange(BlobRef ref, long from, long length) throws IOException;

    /**
     * The whole content, hashed while it is read: the read that would answer "end of stream" throws
     * {@link BlobCorruptException} if the bytes were not those that the name promises. A reader that stops before the end
     * learns nothing.
     */
    InputStream openVerified(BlobRef ref) throws IOException;

    /** Deletes the blob, whatever references it; false if it was not stored. */
    boolean delete(BlobRef ref) throws IOException;

    /** The file that holds exactly these bytes, for serving without a copy, where the store has one. */
    default Optional<Path> path(BlobRef ref) throws IOException {
        return Optional.empty();
    }

    /**
     * Deletes every blob that nothing references and that was last put or kept longer than {@code grace} ago. Runs beside all
     * other calls: a put or keep that returned before, while or after this runs starts its own grace time and is not lost.
     *
     * @param grace longer than the time between a put and the commit of its reference
     */
    BlobsCollected collect(BlobReferences references, Duration grace) throws IOException;

    /** Counts what is stored; the cost grows with the number of blobs. */
    BlobStats stats() throws IOException;

    /** Gives back what the store holds of the system (a lock, connections). Streams opened before stay usable. */
    @Override
    void close() throws IOException;
}
