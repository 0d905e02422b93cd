package dev.trivet.circus.cache;

import dev.trivet.nix.archive.Compression;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the operator decides of the binary cache: the sections {@code cache}, {@code signing} and {@code cache_upload} (spec section 12.2).
 *
 * @param enabled whether anything is published and served
 * @param url where clients reach it
 * @param storeDirectory of the store whose paths it has
 * @param keyFile the secret key that paths are signed with; otherwise the server makes one in {@code data}
 * @param keyName of a key that is made
 * @param data the server's data directory
 * @param signsStore whether what was built is signed in the store, too
 * @param compression of archives
 * @param level of the compression; empty for its usual one
 * @param upstreams other caches that are asked for what is not here, in this order
 * @param skipsUpstream whether paths that an upstream has are not published here
 * @param redirects whether archives of upstreams are fetched by clients there, instead of being passed on
 * @param inside whether upstreams may have addresses of the inside
 * @param maxBytes of archives; what was not fetched for longest goes first. Zero for any
 */
public record CacheSettings(
        boolean enabled,
        String url,
        String storeDirectory,
        Optional<Path> keyFile,
        String keyName,
        Path data,
        boolean signsStore,
        Compression compression,
        Optional<Integer> level,
        List<Upstream> upstreams,
        boolean skipsUpstream,
        boolean redirects,
        boolean inside,
        long maxBytes,
        Retention retention,
        Upload upload) {
    public CacheSettings {
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(keyFile, "keyFile is null");
        Objects.requireNonNull(keyName, "keyName is null");
        Objects.requireNonNull(data, "data is null");
        Objects.requireNonNull(compression, "compression is null");
        Objects.requireNonNull(level, "level is null");
        upstreams = List.copyOf(upstreams);
        Objects.requireNonNull(retention, "retention is null");
        Objects.requireNonNull(upload, "upload is null");
        if (!storeDirectory.startsWith("/") || storeDirectory.endsWith("/")) {
            throw new IllegalArgumentException(
                    "a store is a directory such as /nix/store, without a slash at its end, not: " + storeDirectory);
        }
    }

    /** These settings, where nothing else is said of where clients reach the cache. */
    public CacheSettings reachedAt(String address) {
        return url.isEmpty()
                ? new CacheSettings(
                        enabled,
                        address,
                        storeDirectory,
                        keyFile,
                        keyName,
                        data,
                        signsStore,
                        compression,
                        level,
                        upstreams,
                        skipsUpstream,
                        redirects,
                        inside,
                        maxBytes,
                        retention,
                        upload)
                : this;
    }

    /**
     * Another cache.
     *
     * @param url without a slash at its end
     * @param publicKey what it signs with, as {@code name:base64}
     */
    public record Upstream(URI url, String publicKey) {
        public Upstream {
            Objects.requireNonNull(url, "url is null");
            if (!publicKey.matches("[A-Za-z0-9._-]{1,128}:[A-Za-z0-9+/]{43}=")) {
                throw new IllegalArgumentException("a public key is name:base64 of 32 bytes, not: " + publicKey);
            }
        }

        /** Of the key that it signs with. */
        public String keyName() {
            return publicKey.substring(0, publicKey.indexOf(':'));
        }
    }

    /**
     * How long paths are kept that are not among a jobset's last evaluations, shown by a channel, or pinned.
     *
     * @param age since a build last needed them
     * @param interval between two looks
     */
    public record Retention(Duration age, Duration interval) {
        public Retention {
            Objects.requireNonNull(age, "age is null");
            Objects.requireNonNull(interval, "interval is null");
        }
    }

    /**
     * Where what was built is copied to beside this cache (spec section 5.6).
     *
     * @param storeUri as {@code nix copy --to} takes it; empty for nowhere
     * @param concurrency builds at once
     * @param retries after the first try
     * @param failsBuild whether a build that cannot be copied has failed
     */
    public record Upload(Optional<String> storeUri, S3 s3, int concurrency, int retries, boolean failsBuild) {
        public Upload {
            Objects.requireNonNull(storeUri, "storeUri is null");
            Objects.requireNonNull(s3, "s3 is null");
        }
    }

    /** What is said of a bucket. */
    public record S3(
            Optional<String> region,
            Optional<String> endpoint,
            boolean pathStyle,
            Optional<String> accessKeyId,
            Optional<String> secretAccessKey,
            Optional<String> sessionToken) {
        public S3 {
            Objects.requireNonNull(region, "region is null");
            Objects.requireNonNull(endpoint, "endpoint is null");
            Objects.requireNonNull(accessKeyId, "accessKeyId is null");
            Objects.requireNonNull(secretAccessKey, "secretAccessKey is null");
            Objects.requireNonNull(sessionToken, "sessionToken is null");
        }

        /** Nothing of it, and no secret: it may be logged. */
        @Override
        public String toString() {
            return "S3[region=" + region + ", endpoint=" + endpoint + "]";
        }
    }
}
