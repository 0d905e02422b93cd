package dev.trivet.circus.cache;

import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.nix.archive.NarInfo;
import dev.trivet.store.NotificationListener;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Narinfos as answers, remembered in memory so that asking costs no query: those that are there for a minute, those that are not for ten
 * seconds, both until any server of this database changes them. Thread-safe.
 */
final class NarInfoPages implements NotificationListener {
    static final String TYPE = NarInfo.MEDIA_TYPE;

    private static final long ROOM = 24L << 20;
    private static final int OVERHEAD = 1024;
    private static final Duration AGE = Duration.ofMinutes(1);
    private static final Duration ABSENCE = Duration.ofSeconds(10);
    private static final String KNOWN = "public, max-age=300";

    /** Also what is told of everything that is not there: nothing. */
    static final Response NOT_FOUND = Response.empty(404).with("Cache-Control", "public, max-age=10");

    private final NarInfoStore store;
    private final Function<String, Optional<String>> elsewhere;
    private final InstantSource clock;
    private final BoundedCache<String, Page> pages;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** @param elsewhere the text of a narinfo that is not in the store, by its hash */
    NarInfoPages(NarInfoStore store, Function<String, Optional<String>> elsewhere, InstantSource clock) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.elsewhere = Objects.requireNonNull(elsewhere, "elsewhere is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.pages = new BoundedCache<>(ROOM, AGE, Page::weight, clock);
    }

    /** The answer about the path with this hash, which has been checked to be one. */
    Response answer(String hash, Request request) {
        Page page = pages.get(hash).orElseGet(() -> look(hash));
        (page.validators == null ? misses : hits).increment();
        return page.validators != null && page.validators.isKnownTo(request) ? page.unchanged : page.whole;
    }

    private Page look(String hash) {
        long version = pages.version();
        Optional<CachedPath> path = store.find(hash);
        Optional<Page> found = path.map(there -> Page.of(there.info().text(), there.createdAt()))
                .or(() -> elsewhere.apply(hash).map(text -> Page.of(text, clock.instant())));
        if (found.isPresent()) {
            pages.put(hash, found.get(), version);
            return found.get();
        }
        pages.put(hash, Page.ABSENT, version, ABSENCE);
        return Page.ABSENT;
    }

    /** Forgets what it has of a path: it is another now. */
    void forget(String hash) {
        pages.forget(hash);
    }

    @Override
    public void onNotification(String payload) {
        for (String hash : payload.split(" ", -1)) {
            pages.forget(hash);
        }
    }

    @Override
    public void onGap() {
        pages.clear();
    }

    /** Requests for what there was. */
    long hits() {
        return hits.sum();
    }

    /** Requests for what there was not. */
    long misses() {
        return misses.sum();
    }

    /** @param validators null for what is not there */
    private record Page(
            Response whole, Response unchanged, @Nullable Validators validators, long weight) {
        static final Page ABSENT = new Page(NOT_FOUND, NOT_FOUND, null, OVERHEAD);

        static Page of(String narInfo, Instant modified) {
            byte[] text = narInfo.getBytes(StandardCharsets.UTF_8);
            var validators = Validators.of(HexFormat.of().formatHex(digest(text), 0, 16), modified);
            Response whole = Response.bytes(TYPE, text).with("Cache-Control", KNOWN);
            Response unchanged = Response.empty(304).with("Cache-Control", KNOWN);
            for (var header : validators.headers()) {
                whole = whole.with(header);
                unchanged = unchanged.with(header);
            }
            return new Page(whole, unchanged, validators, text.length + OVERHEAD);
        }

        private static byte[] digest(byte[] text) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(text);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every Java platform has SHA-256", impossible);
            }
        }
    }
}
