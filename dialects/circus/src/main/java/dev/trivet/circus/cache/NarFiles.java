package dev.trivet.circus.cache;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.http.BlobSource;
import dev.trivet.http.Header;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.nix.archive.NixBase32;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Archives as answers: whole or in part, for ever the same under their name. Thread-safe. */
final class NarFiles {
    private static final Logger log = LoggerFactory.getLogger(NarFiles.class);
    private static final Pattern NAME = Pattern.compile("([0-9a-df-np-sv-z]{52})\\.nar(\\.[a-z0-9]{2,4})?");
    private static final Map<String, String> TYPES = Map.of(
            "", "application/x-nix-nar",
            ".zst", "application/zstd",
            ".xz", "application/x-xz",
            ".bz2", "application/x-bzip2",
            ".br", "application/brotli");
    private static final Header FOR_EVER = new Header("Cache-Control", "public, max-age=31536000, immutable");
    private static final int SHA256 = 32;
    private static final long MOST_REMEMBERED = 20_000;
    private static final Duration AGE = Duration.ofMinutes(1);

    private final NarInfoStore store;
    private final BlobStore blobs;
    private final Fetches fetches;
    private final NarInfoPages pages;
    private final BoundedCache<String, Known> known;

    NarFiles(NarInfoStore store, BlobStore blobs, Fetches fetches, NarInfoPages pages, InstantSource clock) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.fetches = Objects.requireNonNull(fetches, "fetches is null");
        this.pages = Objects.requireNonNull(pages, "pages is null");
        this.known = new BoundedCache<>(MOST_REMEMBERED, AGE, one -> 1, clock);
    }

    private record Known(BlobRef ref, Validators validators) {}

    /** The archive of this file name. */
    Response answer(String file, Request request) throws IOException {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            return NarInfoPages.NOT_FOUND;
        }
        String type = TYPES.get(Objects.requireNonNullElse(name.group(2), ""));
        Optional<Known> archive =
                type == null ? Optional.empty() : known.get(file).or(() -> look(file, name.group(1)));
        if (archive.isEmpty()) {
            return NarInfoPages.NOT_FOUND;
        }
        BlobRef ref = archive.get().ref;
        if (!blobs.exists(ref)) {
            lost(file, ref);
            return NarInfoPages.NOT_FOUND;
        }
        Validators validators = archive.get().validators;
        if (validators.isKnownTo(request)) {
            return with(validators, Response.empty(304));
        }
        if (!request.isHead()) {
            fetches.note(ref.sha256());
        }
        return with(
                validators, Response.source(Objects.requireNonNull(type, "type is null"), new BlobSource(blobs, ref)));
    }

    private static Response with(Validators validators, Response plain) {
        List<Header> headers = validators.headers();
        return plain.with(FOR_EVER).with(headers.getFirst()).with(headers.getLast());
    }

    private Optional<Known> look(String file, String hash) {
        long version = known.version();
        Optional<String> blob = hex(hash);
        Optional<Known> found = blob.flatMap(sha256 -> store.archive(sha256)
                .filter(archive -> archive.url().equals("nar/" + file))
                .map(archive -> new Known(new BlobRef(sha256, archive.size()), Validators.of(hash, archive.since()))));
        found.ifPresent(there -> known.put(file, there, version));
        return found;
    }

    private static Optional<String> hex(String base32) {
        try {
            return Optional.of(HexFormat.of().formatHex(NixBase32.decode(base32, SHA256)));
        } catch (IllegalArgumentException noHash) {
            return Optional.empty();
        }
    }

    /** What is told to be there and is not would end every substitution in an error. */
    private void lost(String file, BlobRef ref) {
        log.warn(
                "the archive nar/{} is not stored any more; what it was of is published again when it is built again",
                file);
        known.forget(file);
        store.lost(ref.sha256()).forEach(pages::forget);
    }
}
