package dev.trivet.circus;

import java.net.URLConnection;
import java.util.Locale;
import java.util.Map;

/** What kind of file a name promises, or else what the build says of it. */
final class MediaTypes {
    private static final String UNKNOWN = "application/octet-stream";
    private static final Map<String, String> KNOWN = Map.of(
            "iso", "application/x-iso9660-image",
            "xz", "application/x-xz",
            "zst", "application/zstd",
            "gz", "application/gzip",
            "log", "text/plain",
            "json", "application/json",
            "nar", "application/x-nix-nar");

    private static final Map<String, String> SUBTYPES = Map.of(
            "iso", "application/x-iso9660-image",
            "json", "application/json",
            "html", "text/html",
            "pdf", "application/pdf",
            "txt", "text/plain",
            "text", "text/plain",
            "md", "text/markdown",
            "rpm", "application/x-rpm",
            "deb", "application/vnd.debian.binary-package");

    private MediaTypes() {}

    /** @param subtype what {@code hydra-build-products} calls it, such as {@code pdf} or {@code iso}; empty if nothing */
    static String of(String subtype, String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String known = KNOWN.get(ending);
        if (known != null) {
            return known;
        }
        String guessed = URLConnection.guessContentTypeFromName(name);
        return guessed == null ? SUBTYPES.getOrDefault(subtype.toLowerCase(Locale.ROOT), UNKNOWN) : guessed;
    }
}
