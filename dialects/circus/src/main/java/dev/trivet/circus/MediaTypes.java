package dev.trivet.circus;

import java.net.URLConnection;
import java.util.Locale;
import java.util.Map;

/** What kind of file a name promises. */
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

    private MediaTypes() {}

    static String of(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String known = KNOWN.get(ending);
        if (known != null) {
            return known;
        }
        String guessed = URLConnection.guessContentTypeFromName(name);
        return guessed == null ? UNKNOWN : guessed;
    }
}
