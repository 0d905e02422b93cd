package dev.trivet.circus.cache;

import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.nix.archive.NarInfo;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Other caches, asked in their order for what is not here. What one does not have is remembered for some minutes, as is that one does not
 * answer. Only what is signed with its key counts. Thread-safe.
 */
final class UpstreamCaches {
    /** Where archives of upstreams are, below the cache, before the name of the upstream's key. */
    static final String PLACE = "upstream";

    private static final Logger log = LoggerFactory.getLogger(UpstreamCaches.class);
    private static final Duration ABSENCE = Duration.ofMinutes(5);
    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final long MOST_ABSENT = 100_000;
    private static final int AT_ONCE = 16;
    /** Archives, and nothing else that the other host has. */
    private static final Pattern ARCHIVE = Pattern.compile("nar/[A-Za-z0-9._/+-]{1,200}");

    private final List<CacheSettings.Upstream> upstreams;
    private final UpstreamClient client;
    private final String storeDirectory;
    private final boolean skips;
    private final boolean redirects;
    private final BoundedCache<String, Boolean> absent;
    private final BoundedCache<String, Boolean> silent;
    private final Semaphore room = new Semaphore(AT_ONCE);

    UpstreamCaches(CacheSettings settings, UpstreamClient client, InstantSource clock) {
        this.upstreams = settings.upstreams();
        this.client = Objects.requireNonNull(client, "client is null");
        this.storeDirectory = settings.storeDirectory();
        this.skips = settings.skipsUpstream();
        this.redirects = settings.redirects();
        this.absent = new BoundedCache<>(MOST_ABSENT, ABSENCE, one -> 1, clock);
        this.silent = new BoundedCache<>(MOST_ABSENT, OUTAGE, one -> 1, clock);
    }

    /** Those of the paths that need not be published, since an upstream has them. */
    Set<String> having(Set<String> storePaths) throws InterruptedException {
        Set<String> there = ConcurrentHashMap.newKeySet();
        if (!skips || upstreams.isEmpty()) {
            return there;
        }
        List<Thread> threads = storePaths.stream()
                .map(path -> Thread.ofVirtual()
                        .name("cache-upstream")
                        .start(() -> narInfo(CachedPath.hash(path))
                                .filter(found -> found.path().toString().equals(path))
                                .ifPresent(found -> there.add(path))))
                .toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException stopped) {
            threads.forEach(Thread::interrupt);
            throw stopped;
        }
        return there;
    }

    /** A narinfo with its archive's address as it is below our cache. */
    Optional<String> text(String hash) {
        return upstreams.isEmpty() ? Optional.empty() : narInfo(hash).map(NarInfo::text);
    }

    private Optional<NarInfo> narInfo(String hash) {
        for (CacheSettings.Upstream upstream : upstreams) {
            Optional<NarInfo> found = ask(upstream, hash);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<NarInfo> ask(CacheSettings.Upstream upstream, String hash) {
        String question = upstream.keyName() + ' ' + hash;
        if (absent.get(question).isPresent() || silent.get(upstream.keyName()).isPresent()) {
            return Optional.empty();
        }
        try {
            room.acquire();
            try {
                Optional<byte[]> text = client.text(URI.create(upstream.url() + "/" + hash + ".narinfo"));
                if (text.isEmpty()) {
                    absent.put(question, true, absent.version());
                    return Optional.empty();
                }
                return Optional.of(UpstreamNarInfo.read(
                        text.get(), hash, storeDirectory, upstream, PLACE + "/" + upstream.keyName() + "/"));
            } finally {
                room.release();
            }
        } catch (UpstreamNarInfo.UntrustedException untrusted) {
            log.warn("{} of {} is not passed on: {}", hash, upstream.url(), untrusted.getMessage());
            absent.put(question, true, absent.version());
        } catch (IOException failed) {
            log.warn("{} is not asked for {}: {}", upstream.url(), OUTAGE, failed.toString());
            silent.put(upstream.keyName(), true, silent.version());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** An archive of an upstream. */
    Response archive(Request request) throws IOException, InterruptedException {
        String path = request.parameter("path");
        boolean isArchive = ARCHIVE.matcher(path).matches() && !path.contains("..");
        Optional<CacheSettings.Upstream> upstream = upstreams.stream()
                .filter(one -> one.keyName().equals(request.parameter("key")))
                .findFirst();
        if (!isArchive || upstream.isEmpty()) {
            return NarInfoPages.NOT_FOUND;
        }
        URI uri = URI.create(upstream.get().url() + "/" + path);
        if (redirects) {
            return Response.redirect(302, uri.toString());
        }
        Optional<Long> length;
        try {
            length = client.length(uri);
        } catch (IOException failed) {
            log.warn("{} cannot be passed on: {}", uri, failed.toString());
            return Response.text(502, "the upstream cache does not answer\n");
        }
        return length.map(size -> Response.source("application/x-nix-nar", new UpstreamSource(client, uri, size))
                        .with("Cache-Control", "public, max-age=31536000, immutable"))
                .orElse(NarInfoPages.NOT_FOUND);
    }
}
