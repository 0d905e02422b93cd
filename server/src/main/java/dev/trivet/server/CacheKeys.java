package dev.trivet.server;

import dev.trivet.circus.cache.CacheSettings;
import dev.trivet.nix.archive.Compression;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the configuration says of the binary cache. */
final class CacheKeys {
    private static final String STORE = "/nix/store";
    private static final int HIGHEST_LEVEL = 22;
    private static final int MOST_UPLOADS = 64;
    private static final int MOST_RETRIES = 20;

    private CacheKeys() {}

    /** @param environment of this process */
    static CacheSettings read(
            Configuration configuration,
            Map<String, String> environment,
            Path data,
            CacheSettings.Retention retention) {
        Compression compression = Compression.named(configuration.text(Keys.CACHE_COMPRESSION))
                .orElseThrow(() -> configuration.wrong(Keys.CACHE_COMPRESSION, "zstd, xz, bzip2 or none"));
        Optional<Path> signingKey = configuration.optional(Keys.SIGNING_KEY).map(Path::of);
        return new CacheSettings(
                configuration.flag(Keys.CACHE),
                url(configuration),
                storeDirectory(configuration, environment),
                configuration.optional(Keys.CACHE_KEY_FILE).map(Path::of).or(() -> signingKey),
                keyName(configuration),
                data,
                configuration.flag(Keys.SIGNING),
                compression,
                configuration
                        .optional(Keys.CACHE_LEVEL)
                        .map(text -> configuration.number(Keys.CACHE_LEVEL, 0, HIGHEST_LEVEL)),
                upstreams(configuration),
                configuration.flag(Keys.CACHE_SKIP),
                configuration.flag(Keys.CACHE_REDIRECT),
                configuration.flag(Keys.INTERNAL_REQUESTS),
                configuration.size(Keys.CACHE_MAX),
                retention,
                upload(configuration));
    }

    private static String url(Configuration configuration) {
        Optional<String> url = configuration.optional(Keys.CACHE_URL).map(text -> text.replaceAll("/+$", ""));
        url.filter(text -> !text.matches("(https?://[^\\s?#]+|file:///[^\\s?#]+)"))
                .ifPresent(wrong -> {
                    throw configuration.wrong(Keys.CACHE_URL, "http(s)://host[:port][/path]");
                });
        return url.orElseGet(() -> configuration
                .optional(Keys.ORIGIN)
                .map(origin -> origin + "/nix-cache")
                .orElse(""));
    }

    private static String storeDirectory(Configuration configuration, Map<String, String> environment) {
        String directory =
                configuration.optional(Keys.NIX_STORE_DIR).orElse(environment.getOrDefault("NIX_STORE_DIR", STORE));
        if (!directory.matches("(/[^/\\s]+)+")) {
            throw configuration.wrong(Keys.NIX_STORE_DIR, "a directory such as " + STORE);
        }
        return directory;
    }

    /** A key says whose it is: the host that people see, if one is configured. */
    private static String keyName(Configuration configuration) {
        String host = configuration
                .optional(Keys.ORIGIN)
                .map(origin -> URI.create(origin).getHost())
                .orElseGet(HostName::ofThisMachine);
        return host.replaceAll("[^A-Za-z0-9._-]", "-") + "-1";
    }

    private static List<CacheSettings.Upstream> upstreams(Configuration configuration) {
        Set<String> keys = new HashSet<>();
        List<CacheSettings.Upstream> upstreams = configuration.list(Keys.CACHE_UPSTREAMS).stream()
                .map(text -> upstream(configuration, text))
                .toList();
        upstreams.forEach(upstream -> {
            if (!keys.add(upstream.keyName())) {
                throw configuration.wrong(Keys.CACHE_UPSTREAMS, "upstreams whose keys have different names");
            }
        });
        return upstreams;
    }

    private static CacheSettings.Upstream upstream(Configuration configuration, String text) {
        Map<String, String> words = new HashMap<>();
        for (String word : text.split("\\s+", -1)) {
            if (word.startsWith("url=")) {
                words.put("url", word.substring("url=".length()));
            } else if (word.startsWith("public_key=")) {
                words.put("key", word.substring("public_key=".length()));
            } else {
                words.put(word.contains("://") ? "url" : "key", word);
            }
        }
        String url = words.getOrDefault("url", "").replaceAll("/+$", "");
        String key = words.getOrDefault("key", "");
        try {
            if (words.size() == 2 && url.matches("https?://[^\\s?#]+")) {
                return new CacheSettings.Upstream(new URI(url), key);
            }
        } catch (URISyntaxException | IllegalArgumentException wrong) {
            // Said below.
        }
        throw configuration.wrong(
                Keys.CACHE_UPSTREAMS,
                "a list such as [{ url = \"https://cache.nixos.org\", public_key = \"cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=\" }]");
    }

    private static CacheSettings.Upload upload(Configuration configuration) {
        Optional<String> store = configuration.optional(Keys.UPLOAD_STORE);
        boolean enabled = configuration.flag(Keys.UPLOAD);
        if (enabled && store.filter(uri -> !uri.startsWith("-")).isEmpty()) {
            throw configuration.wrong(Keys.UPLOAD_STORE, "the address of a store, since cache_upload.enabled is set");
        }
        return new CacheSettings.Upload(
                enabled ? store : Optional.empty(),
                new CacheSettings.S3(
                        configuration.optional(Keys.UPLOAD_REGION),
                        configuration.optional(Keys.UPLOAD_ENDPOINT),
                        configuration.flag(Keys.UPLOAD_PATH_STYLE),
                        configuration.optional(Keys.UPLOAD_KEY_ID),
                        configuration.optional(Keys.UPLOAD_SECRET),
                        configuration.optional(Keys.UPLOAD_TOKEN)),
                configuration.number(Keys.UPLOAD_CONCURRENCY, 1, MOST_UPLOADS),
                configuration.number(Keys.UPLOAD_RETRIES, 0, MOST_RETRIES),
                configuration.flag(Keys.UPLOAD_FAILS));
    }
}
