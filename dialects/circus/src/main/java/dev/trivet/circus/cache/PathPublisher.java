package dev.trivet.circus.cache;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.nix.StoreCommands;
import dev.trivet.nix.StoredPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one path into the cache: its archive is compressed on its way into a blob, in constant memory; if it is what the store says that it
 * is, the path is signed and entered. Thread-safe.
 */
final class PathPublisher {
    private static final Logger log = LoggerFactory.getLogger(PathPublisher.class);
    private static final long LARGEST = 1L << 46;

    private final StoreCommands store;
    private final NarInfoStore narInfos;
    private final BlobStore blobs;
    private final CacheKey key;
    private final String storeDirectory;
    private final ArchiveCompression compression;
    private final NarInfoPages pages;
    private final InstantSource clock;

    PathPublisher(
            StoreCommands store,
            NarInfoStore narInfos,
            BlobStore blobs,
            CacheKey key,
            CacheSettings settings,
            NarInfoPages pages,
            InstantSource clock) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.narInfos = Objects.requireNonNull(narInfos, "narInfos is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.key = Objects.requireNonNull(key, "key is null");
        this.storeDirectory = settings.storeDirectory();
        this.compression = ArchiveCompression.named(settings.compression(), settings.level());
        this.pages = Objects.requireNonNull(pages, "pages is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Returns when it is there.
     *
     * @param build that needs it
     * @throws IOException if it cannot be read or stored, or is not what the store says
     */
    void publish(StoredPath path, UUID build) throws IOException, InterruptedException {
        Stored stored = store(path);
        String narHash = ArchiveHash.text(ArchiveHash.read(path.narHash()));
        List<String> references = path.references().stream()
                .map(CachedPath::base)
                .distinct()
                .sorted()
                .toList();
        String fileHash = ArchiveHash.base32(HexFormat.of().parseHex(stored.blob.sha256()));
        var cached = new CachedPath(
                path.path(),
                narHash,
                path.narSize(),
                "sha256:" + fileHash,
                stored.blob.size(),
                compression.name(),
                "nar/" + fileHash + ".nar" + compression.suffix(),
                stored.blob.sha256(),
                path.deriver().map(CachedPath::base),
                references,
                signatures(path, Fingerprints.of(storeDirectory, path.path(), narHash, path.narSize(), references)),
                path.contentAddress(),
                clock.instant());
        narInfos.put(cached, build);
        pages.forget(cached.hash());
        log.debug("{} is in the binary cache", path.path());
    }

    /** Those that it came with, and ours. */
    private List<String> signatures(StoredPath path, String fingerprint) {
        List<String> signatures = new ArrayList<>();
        path.signatures().stream()
                .filter(other -> !other.startsWith(key.name() + ":"))
                .forEach(signatures::add);
        signatures.add(key.sign(fingerprint));
        return signatures;
    }

    private record Stored(BlobRef blob, HashingStream.Result archive) {}

    private Stored store(StoredPath path) throws IOException, InterruptedException {
        var pipe = new BytePipe();
        var archive = new CompletableFuture<HashingStream.Result>();
        Thread writer = Thread.ofVirtual().name("cache-archive").start(() -> write(path, pipe, archive));
        try (InputStream source = pipe.source()) {
            BlobRef blob = blobs.put(source, LARGEST);
            var stored = new Stored(blob, archive.get());
            check(path, stored.archive);
            return stored;
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } finally {
            writer.interrupt();
        }
    }

    private void write(StoredPath path, BytePipe pipe, CompletableFuture<HashingStream.Result> archive) {
        try (OutputStream compressed = compression.into(pipe.sink())) {
            try {
                var hashing = new HashingStream(compressed);
                store.archive(path.path(), hashing);
                archive.complete(hashing.result());
            } catch (IOException | InterruptedException | RuntimeException failed) {
                // Before the stream is closed: a part must not be taken for the whole.
                pipe.fail(failed);
                archive.completeExceptionally(failed);
            }
        } catch (IOException unwritable) {
            pipe.fail(unwritable);
            archive.completeExceptionally(unwritable);
        }
    }

    private static void check(StoredPath path, HashingStream.Result archive) throws IOException {
        String said = ArchiveHash.text(ArchiveHash.read(path.narHash()));
        String seen = ArchiveHash.text(archive.sha256());
        if (!seen.equals(said) || archive.size() != path.narSize()) {
            throw new IOException(
                    path.path() + " is not what the store says that it is: its archive has " + archive.size()
                            + " bytes and hash " + seen + ", expected " + path.narSize() + " and " + said
                            + "; repair it with: nix-store --repair-path " + path.path());
        }
    }
}
