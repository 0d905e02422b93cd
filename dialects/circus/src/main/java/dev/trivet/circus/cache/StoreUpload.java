package dev.trivet.circus.cache;

import dev.trivet.nix.StoreCommands;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what was built to another store (spec section 5.6), by Nix itself. Credentials are in the environment of that process alone, not
 * on its command line. Thread-safe.
 */
final class StoreUpload {
    private static final Logger log = LoggerFactory.getLogger(StoreUpload.class);

    private final StoreCommands store;
    private final CacheSettings.Upload settings;
    private final String uri;
    private final Pause pause;
    private final Semaphore room;

    /** Waits between two tries. */
    @FunctionalInterface
    interface Pause {
        void seconds(long seconds) throws InterruptedException;
    }

    private StoreUpload(StoreCommands store, CacheSettings.Upload settings, String uri, Pause pause) {
        this.store = store;
        this.settings = settings;
        this.uri = uri;
        this.pause = pause;
        this.room = new Semaphore(settings.concurrency());
    }

    /** Empty if nothing is to be copied. */
    static Optional<StoreUpload> of(StoreCommands store, CacheSettings.Upload settings) {
        return of(store, settings, TimeUnit.SECONDS::sleep);
    }

    static Optional<StoreUpload> of(StoreCommands store, CacheSettings.Upload settings, Pause pause) {
        Objects.requireNonNull(store, "store is null");
        return settings.storeUri().map(uri -> new StoreUpload(store, settings, address(uri, settings.s3()), pause));
    }

    /** Whether a build that cannot be copied has failed. */
    boolean failsBuild() {
        return settings.failsBuild();
    }

    /** Copies paths and all that they refer to. After a failure it is tried again in 2, 4, 8, … seconds, as often as configured. */
    void copy(List<String> paths) throws IOException, InterruptedException {
        room.acquire();
        try {
            for (int tried = 1; ; tried++) {
                try {
                    store.copy(uri, paths, secrets(settings.s3()));
                    return;
                } catch (IOException failed) {
                    if (tried > settings.retries()) {
                        throw failed;
                    }
                    log.warn("copying to another store failed, it is tried again: {}", failed.getMessage());
                    pause.seconds(1L << Math.min(tried, 10));
                }
            }
        } finally {
            room.release();
        }
    }

    /** The address with what is said of a bucket as its query. */
    static String address(String uri, CacheSettings.S3 s3) {
        if (!uri.startsWith("s3://")) {
            return uri;
        }
        StringBuilder address = new StringBuilder(uri);
        s3.region().ifPresent(region -> add(address, "region", region));
        s3.endpoint().ifPresent(endpoint -> add(address, "endpoint", endpoint));
        if (s3.pathStyle()) {
            add(address, "use-path-style", "true");
        }
        return address.toString();
    }

    private static void add(StringBuilder address, String name, String value) {
        address.append(address.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static Map<String, String> secrets(CacheSettings.S3 s3) {
        Map<String, String> secrets = new HashMap<>();
        s3.accessKeyId().ifPresent(id -> secrets.put("AWS_ACCESS_KEY_ID", id));
        s3.secretAccessKey().ifPresent(key -> secrets.put("AWS_SECRET_ACCESS_KEY", key));
        s3.sessionToken().ifPresent(token -> secrets.put("AWS_SESSION_TOKEN", token));
        return secrets;
    }
}
