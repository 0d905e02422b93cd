package dev.trivet.circus.cache;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.engine.Engine;
import dev.trivet.http.RouteGroup;
import dev.trivet.nix.StoreCommands;
import dev.trivet.nix.archive.Compression;
import dev.trivet.nix.archive.StorePath;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The binary cache, put together: what it answers, what it publishes, what it forgets (spec section 7). It answers from the moment it is
 * made; it publishes after {@link #publish}, on the machine that has the store. Thread-safe.
 */
public final class BinaryCache implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BinaryCache.class);
    private static final String BUILDS_CHANGED = "circus_builds_changed";
    private static final int BUILDS_AT_ONCE = 8;
    private static final long FETCHES_SECONDS = 60;

    private final Ground ground;
    private final CacheSettings settings;
    private final NarInfoStore narInfos;
    private final NarInfoPages pages;
    private final Fetches fetches;
    private final UpstreamClient client;
    private final UpstreamCaches upstreams;
    private final CacheKey key;
    private final CacheRoutes routes;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("cache-chores").factory());
    private @Nullable Publisher publisher;

    /**
     * What it stands on.
     *
     * @param guard says where upstreams may be
     */
    public record Ground(Database database, Engine engine, BlobStore blobs, OutgoingGuard guard, InstantSource clock) {
        public Ground {
            Objects.requireNonNull(database, "database is null");
            Objects.requireNonNull(engine, "engine is null");
            Objects.requireNonNull(blobs, "blobs is null");
            Objects.requireNonNull(guard, "guard is null");
            Objects.requireNonNull(clock, "clock is null");
        }
    }

    public BinaryCache(Ground ground, CacheSettings settings) {
        this.ground = Objects.requireNonNull(ground, "ground is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.narInfos = new NarInfoStore(ground.database, settings.storeDirectory());
        this.fetches = new Fetches(narInfos, ground.clock);
        this.client = new UpstreamClient(ground.guard);
        this.upstreams = new UpstreamCaches(settings, client, ground.clock);
        this.pages = new NarInfoPages(narInfos, upstreams::text, ground.clock);
        this.key = new CacheKey(settings);
        this.routes = new CacheRoutes(
                settings,
                pages,
                new NarFiles(narInfos, ground.blobs, fetches, pages, ground.clock),
                upstreams,
                key::publicKey);
    }

    /**
     * Everything that it answers.
     *
     * @throws java.io.UncheckedIOException if it has no key that it could sign with
     */
    public RouteGroup group() {
        if (settings.enabled()) {
            log.debug("archives are signed by {}", key.name());
        }
        return routes.group();
    }

    /** Begins to follow what other servers change, and to forget. */
    public void start() {
        ground.engine.hear(NarInfoStore.CHANGED, pages);
        if (settings.enabled()) {
            log.info("the binary cache is at {}, its key is {}", settings.url(), key.publicKey());
        }
        var retention = new Retention(ground.database, settings.retention(), settings.maxBytes());
        var tasks = new PublicationStore(ground.database, new UUID(0, 0));
        long pause = Math.max(1, settings.retention().interval().toSeconds());
        var _ = timer.scheduleWithFixedDelay(
                quietly(fetches::write), FETCHES_SECONDS, FETCHES_SECONDS, TimeUnit.SECONDS);
        var _ = timer.scheduleWithFixedDelay(
                quietly(() -> {
                    if (settings.enabled()) {
                        retention.look(ground.clock.instant());
                    }
                    if (settings.enabled() || settings.upload().storeUri().isPresent()) {
                        tasks.dropOlder(ground.clock
                                .instant()
                                .minus(settings.retention().age()));
                    } else {
                        tasks.dropAll();
                    }
                }),
                Math.min(pause, FETCHES_SECONDS),
                pause,
                TimeUnit.SECONDS);
    }

    private static Runnable quietly(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (DatabaseUnavailableException away) {
                log.debug("the binary cache is not looked after: there is no database");
            } catch (RuntimeException failed) {
                log.warn("the binary cache is not looked after, it is tried again", failed);
            }
        };
    }

    /**
     * Begins to publish what is built in a store of this machine.
     *
     * @param word by which evaluations name that store
     * @param self this server; after a restart the same
     */
    public synchronized void publish(StoreCommands store, String word, UUID self) {
        boolean uploads = settings.upload().storeUri().isPresent();
        if (publisher != null || !(settings.enabled() || uploads)) {
            return;
        }
        Path directory = store.storeDirectory();
        if (!directory.equals(Path.of(settings.storeDirectory()))) {
            log.warn(
                    "nothing is published: Nix has its store in {}, but nix.store_dir is {}; set it to the former",
                    directory,
                    settings.storeDirectory());
            return;
        }
        int atOnce = Math.max(1, Runtime.getRuntime().availableProcessors());
        var tasks = new PublicationStore(ground.database, self);
        var paths = new PathPublisher(store, narInfos, ground.blobs, key, settings, pages, ground.clock);
        var work = new CachePublication(
                tasks,
                narInfos,
                new ClosurePublisher(store, narInfos, upstreams, paths, ground.clock, atOnce),
                new StoreSigning(store, settings.signsStore() ? Optional.of(key.file()) : Optional.empty()),
                StoreUpload.of(store, settings.upload()),
                settings.enabled(),
                ground.clock);
        publisher = new Publisher(tasks, work, word, ground.clock, BUILDS_AT_ONCE);
        ground.engine.hear(BUILDS_CHANGED, publisher);
        publisher.start();
    }

    /** Whether these store paths and all that they refer to are there, so that a client needs no other cache. */
    public boolean isComplete(Collection<String> storePaths) {
        return narInfos.isComplete(storePaths);
    }

    /**
     * The archive of a path that was published here, not compressed.
     *
     * @return to be closed by the caller; empty if it was not published, or is not stored any more
     */
    public Optional<InputStream> archive(StorePath path) throws IOException {
        Optional<CachedPath> published =
                narInfos.find(path.hash()).filter(found -> found.info().path().equals(path));
        if (!settings.enabled() || published.isEmpty()) {
            return Optional.empty();
        }
        Optional<BlobRef> blob = ground.blobs.find(published.get().blob());
        return blob.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Compression.of(published.get().info().compression()).decompress(ground.blobs.open(blob.get())));
    }

    /**
     * How Nix is pointed here.
     *
     * @param publicKey what it has to trust
     */
    public record Address(String url, String publicKey) {}

    /** How Nix is pointed here; empty if nothing is served. */
    public Optional<Address> address() {
        return settings.enabled() ? Optional.of(new Address(settings.url(), key.publicKey())) : Optional.empty();
    }

    /** Those of the blobs that archives are in; the others are not the cache's. */
    public Set<String> referencedBlobs(Collection<String> sha256s) {
        return narInfos.referencedAmong(sha256s);
    }

    /** How much there is, and how often it was asked for since the start. */
    public Numbers numbers() {
        NarInfoStore.Size size = narInfos.size();
        return new Numbers(
                size.paths(), size.narBytes(), size.fileBytes(), pages.hits(), pages.misses(), fetches.count());
    }

    /**
     * @param narBytes of all paths before compression
     * @param fileBytes that are stored
     * @param hits narinfos that were there
     * @param misses narinfos that were not
     * @param fetches archives that were sent
     */
    public record Numbers(long paths, long narBytes, long fileBytes, long hits, long misses, long fetches) {}

    /** What is being published is done after the next start. */
    @Override
    public synchronized void close() {
        timer.shutdownNow();
        if (publisher != null) {
            publisher.close();
        }
        client.close();
        try {
            fetches.write();
        } catch (RuntimeException lost) {
            log.debug("the last fetches are not written down", lost);
        }
    }
}
