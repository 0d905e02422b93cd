package dev.trivet.circus.channel;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Makes the files of promotions, once for each and one after the other; they are blobs from then on. Several servers may do so on one database:
 * what they make is the same. Thread-safe.
 */
final class Publisher {
    private static final long LONGEST_FILE = 1L << 30;

    private final ChannelStore store;
    private final ChannelArchive archive;
    private final BlobStore blobs;
    private final InstantSource clock;
    private final ReentrantLock making = new ReentrantLock();

    Publisher(ChannelStore store, ChannelArchive archive, BlobStore blobs, InstantSource clock) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.archive = Objects.requireNonNull(archive, "archive is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * A file of a promotion. It is made now if nobody has made it yet, or if this server has lost it.
     *
     * @return empty if there is none: nothing has been built, or it is too old
     */
    Optional<BlobRef> file(Promotion promotion, ChannelFile file) throws IOException {
        if (!promotion.kept()) {
            return Optional.empty();
        }
        BlobRef made = store.files(promotion.id()).get(file);
        if (made != null && blobs.exists(made)) {
            return Optional.of(made);
        }
        if (made == null && promotion.published()) {
            return Optional.empty();
        }
        return Optional.ofNullable(publish(promotion).get(file));
    }

    /** Makes the files of a promotion unless they are there. */
    Map<ChannelFile, BlobRef> publish(Promotion promotion) throws IOException {
        making.lock();
        try {
            Map<ChannelFile, BlobRef> there = store.files(promotion.id());
            if (!there.isEmpty() && allExist(there)) {
                return there;
            }
            Path directory = Files.createTempDirectory("trivet-channel-");
            try {
                Map<ChannelFile, BlobRef> made = new EnumMap<>(ChannelFile.class);
                for (Map.Entry<ChannelFile, Path> file :
                        archive.write(promotion, directory).entrySet()) {
                    try (InputStream in = Files.newInputStream(file.getValue())) {
                        made.put(file.getKey(), blobs.put(in, LONGEST_FILE));
                    }
                }
                store.publish(promotion.id(), made, clock.instant());
                return made;
            } finally {
                delete(directory);
            }
        } finally {
            making.unlock();
        }
    }

    private boolean allExist(Map<ChannelFile, BlobRef> files) throws IOException {
        for (BlobRef file : files.values()) {
            if (!blobs.exists(file)) {
                return false;
            }
        }
        return true;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
