package dev.trivet.circus.cache;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.nix.StoreCommands;
import dev.trivet.nix.StoredPath;
import dev.trivet.nix.archive.Compression;
import dev.trivet.nix.archive.NarDigest;
import dev.trivet.nix.archive.NarInfo;
import dev.trivet.nix.archive.NixHash;
import dev.trivet.nix.archive.Signature;
import dev.trivet.nix.archive.StorePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.HexFormat;
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
    private final Compression compression;
    private final int level;
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
        this.compression = settings.compression();
        this.level = settings.level().orElse(compression.usualLevel());
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
        BlobRef blob = store(path);
        NixHash fileHash = NixHash.ofSha256(HexFormat.of().parseHex(blob.sha256()));
        var info = new NarInfo(
                StorePath.parse(storeDirectory, path.path()),
                "nar/" + fileHash.digits() + ".nar" + compression.extension(),
                compression.word(),
                fileHash,
                blob.size(),
                NixHash.parse(path.narHash()),
                path.narSize(),
                path.references().stream().map(CachedPath::base).toList(),
                path.deriver().map(CachedPath::base).orElse(null),
                path.contentAddress().orElse(null),
                path.signatures().stream().map(Signature::parse).toList());
        var cached = new CachedPath(key.sign(info), blob.sha256(), clock.instant());
        narInfos.put(cached, build);
        pages.forget(cached.hash());
        log.debug("{} is in the binary cache", path.path());
    }

    private BlobRef store(StoredPath path) throws IOException, InterruptedException {
        var pipe = new BytePipe();
        var archive = new CompletableFuture<NarDigest>();
        Thread writer = Thread.ofVirtual().name("cache-archive").start(() -> write(path, pipe, archive));
        try (InputStream source = pipe.source()) {
            BlobRef blob = blobs.put(source, LARGEST);
            check(path, archive.get());
            return blob;
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } finally {
            writer.interrupt();
        }
    }

    private void write(StoredPath path, BytePipe pipe, CompletableFuture<NarDigest> archive) {
        try (OutputStream compressed = compression.compress(pipe.sink(), level)) {
            try {
                var hashing = new NarDigest.Digesting(compressed);
                store.archive(StorePath.parse(storeDirectory, path.path()), hashing);
                archive.complete(hashing.digest());
            } catch (IOException | RuntimeException failed) {
                // Before the stream is closed: a part must not be taken for the whole.
                pipe.fail(failed);
                archive.completeExceptionally(failed);
            }
        } catch (IOException unwritable) {
            pipe.fail(unwritable);
            archive.completeExceptionally(unwritable);
        }
    }

    private static void check(StoredPath path, NarDigest archive) throws IOException {
        NixHash said = NixHash.parse(path.narHash());
        NixHash seen = archive.hash();
        if (!seen.equals(said) || archive.size() != path.narSize()) {
            throw new IOException(
                    path.path() + " is not what the store says that it is: its archive has " + archive.size()
                            + " bytes and hash " + seen + ", expected " + path.narSize() + " and " + said
                            + "; repair it with: nix-store --repair-path " + path.path());
        }
    }
}
