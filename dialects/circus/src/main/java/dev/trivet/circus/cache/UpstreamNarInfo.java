package dev.trivet.circus.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A narinfo of another cache, whose signature was found to be good.
 *
 * @param text with the archive's address as it is below our cache; otherwise as the other one says it
 */
record UpstreamNarInfo(String storePath, String text) {
    private static final Pattern RELATIVE = Pattern.compile("nar/[A-Za-z0-9._/+-]{1,200}");

    /** It is not of the path that was asked for, or not signed by whom it should be. */
    static final class UntrustedException extends IOException {
        UntrustedException(String message) {
            super(message);
        }
    }

    /**
     * Reads and checks one.
     *
     * @param hash of the path that was asked for
     * @param upstream where it came from
     * @param place what its archive's address begins with here
     */
    static UpstreamNarInfo read(
            byte[] bytes, String hash, String storeDirectory, CacheSettings.Upstream upstream, String place)
            throws UntrustedException {
        Map<String, List<String>> fields = new HashMap<>();
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        for (String line : lines) {
            String[] parts = line.split(": ?", 2);
            if (parts.length == 2) {
                fields.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1].strip());
            }
        }
        String path = one(fields, "StorePath");
        if (!path.startsWith(storeDirectory + "/" + hash + "-")) {
            throw new UntrustedException("it tells of another path: " + path);
        }
        check(fields, path, storeDirectory, upstream.publicKey());
        String url = one(fields, "URL");
        String here = RELATIVE.matcher(url).matches() && !url.contains("..") ? place + url : absolute(upstream, url);
        String text = lines.stream()
                .map(line -> line.startsWith("URL:") ? "URL: " + here : line)
                .collect(Collectors.joining("\n", "", "\n"));
        return new UpstreamNarInfo(path, text);
    }

    private static void check(Map<String, List<String>> fields, String path, String storeDirectory, String publicKey)
            throws UntrustedException {
        List<String> references = List.of(
                fields.getOrDefault("References", List.of("")).getFirst().split(" +", 0));
        String fingerprint;
        try {
            fingerprint = Fingerprints.of(
                    storeDirectory,
                    path,
                    ArchiveHash.text(ArchiveHash.read(one(fields, "NarHash"))),
                    Long.parseLong(one(fields, "NarSize")),
                    references.stream().filter(name -> !name.isEmpty()).toList());
        } catch (IllegalArgumentException malformed) {
            throw new UntrustedException("it is malformed: " + malformed.getMessage());
        }
        if (fields.getOrDefault("Sig", List.of()).stream()
                .noneMatch(signature -> Ed25519Key.verifies(publicKey, fingerprint, signature))) {
            throw new UntrustedException("it has no good signature by " + publicKey);
        }
    }

    private static String one(Map<String, List<String>> fields, String name) throws UntrustedException {
        List<String> values = fields.getOrDefault(name, List.of());
        if (values.size() != 1) {
            throw new UntrustedException("it has " + values.size() + " lines " + name);
        }
        return values.getFirst();
    }

    private static String absolute(CacheSettings.Upstream upstream, String url) {
        return url.matches("https?://.*") ? url : upstream.url() + "/" + url;
    }
}
