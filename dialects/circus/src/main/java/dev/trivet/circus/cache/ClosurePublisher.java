package dev.trivet.circus.cache;

import dev.trivet.nix.StoreCommands;
import dev.trivet.nix.StoredPath;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Puts paths and all that they refer to into the cache. A path is entered after what it refers to, so that nobody finds one without the
 * other; those that several builds need at once are published once; only some archives are made at the same time. Thread-safe.
 */
final class ClosurePublisher {
    private final StoreCommands store;
    private final NarInfoStore narInfos;
    private final UpstreamCaches upstreams;
    private final PathPublisher publisher;
    private final InstantSource clock;
    private final Semaphore room;
    private final Map<String, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

    /** @param atOnce archives that are made at the same time */
    ClosurePublisher(
            StoreCommands store,
            NarInfoStore narInfos,
            UpstreamCaches upstreams,
            PathPublisher publisher,
            InstantSource clock,
            int atOnce) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.narInfos = Objects.requireNonNull(narInfos, "narInfos is null");
        this.upstreams = Objects.requireNonNull(upstreams, "upstreams is null");
        this.publisher = Objects.requireNonNull(publisher, "publisher is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.room = new Semaphore(atOnce);
    }

    /**
     * Returns when everything is there.
     *
     * @param build that these came out of
     * @throws dev.trivet.nix.PathAbsentException if the store does not have them any more
     */
    void publish(List<String> paths, UUID build) throws IOException, InterruptedException {
        List<StoredPath> closure = store.closure(paths);
        Map<String, StoredPath> missing = new HashMap<>();
        closure.forEach(path -> missing.put(path.path(), path));
        missing.keySet().removeAll(narInfos.keep(List.copyOf(missing.keySet()), clock.instant()));
        missing.keySet().removeAll(upstreams.having(Set.copyOf(missing.keySet())));
        Map<String, CompletableFuture<Boolean>> futures = new HashMap<>();
        missing.keySet().forEach(path -> futures.put(path, new CompletableFuture<>()));
        List<Thread> threads = new ArrayList<>();
        missing.forEach((path, info) ->
                threads.add(Thread.ofVirtual().name("cache-publish").start(() -> publish(info, build, futures))));
        try {
            CompletableFuture.allOf(futures.values().toArray(CompletableFuture[]::new))
                    .get();
        } catch (ExecutionException failed) {
            throw failure(Objects.requireNonNullElse(failed.getCause(), failed));
        } finally {
            // After a failure, or when this is to stop, the others are of no use.
            threads.forEach(Thread::interrupt);
        }
    }

    private void publish(StoredPath path, UUID build, Map<String, CompletableFuture<Boolean>> futures) {
        CompletableFuture<Boolean> own = Objects.requireNonNull(futures.get(path.path()), "no future");
        try {
            for (String reference : path.references()) {
                CompletableFuture<Boolean> before = reference.equals(path.path()) ? null : futures.get(reference);
                if (before != null) {
                    before.get();
                }
            }
            once(path, build);
            own.complete(true);
        } catch (ExecutionException failed) {
            own.completeExceptionally(Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (IOException | InterruptedException | RuntimeException failed) {
            own.completeExceptionally(failed);
        }
    }

    /** Does it, or waits for another build's thread that does; if that one failed, does it after all. */
    private void once(StoredPath path, UUID build) throws IOException, InterruptedException {
        while (true) {
            var mine = new CompletableFuture<Boolean>();
            CompletableFuture<Boolean> other = underWay.putIfAbsent(path.path(), mine);
            if (other == null) {
                try {
                    alone(path, build);
                    return;
                } finally {
                    underWay.remove(path.path(), mine);
                    mine.complete(true);
                }
            }
            try {
                other.get();
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("it completes well always", impossible);
            }
            if (!narInfos.keep(List.of(path.path()), clock.instant()).isEmpty()) {
                return;
            }
        }
    }

    private void alone(StoredPath path, UUID build) throws IOException, InterruptedException {
        room.acquire();
        try {
            publisher.publish(path, build);
        } finally {
            room.release();
        }
    }

    private static IOException failure(Throwable cause) throws InterruptedException {
        return switch (cause) {
            case IOException plain -> plain;
            case InterruptedException interrupted -> throw interrupted;
            case CompletionException wrapped when wrapped.getCause() != null -> failure(wrapped.getCause());
            case RuntimeException unexpected -> throw unexpected;
            default -> new IOException(cause);
        };
    }
}
