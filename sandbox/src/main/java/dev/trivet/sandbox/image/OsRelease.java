package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Which distribution a root file system is, from its {@code os-release} file.
 *
 * @param id such as {@code debian}, or {@code linux} when the file does not say
 * @param version such as {@code 12}; empty for rolling distributions
 * @param codename such as {@code bookworm}; empty when there is none
 */
record OsRelease(String id, String version, String codename) {
    static final OsRelease UNKNOWN = new OsRelease("linux", "", "");

    static OsRelease of(Path root) {
        for (String place : new String[] {"etc/os-release", "usr/lib/os-release"}) {
            try {
                return parse(Files.readString(root.resolve(place)));
            } catch (IOException e) {
                // Not there or not readable: the next place may have it.
            }
        }
        return UNKNOWN;
    }

    static OsRelease parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                values.put(
                        line.substring(0, equals).strip(),
                        unquote(line.substring(equals + 1).strip()));
            }
        });
        return new OsRelease(
                word(values.getOrDefault("ID", "linux")),
                word(values.getOrDefault("VERSION_ID", "")),
                word(values.getOrDefault("VERSION_CODENAME", "")));
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2
                && "\"'".indexOf(value.charAt(0)) >= 0
                && value.charAt(0) == value.charAt(value.length() - 1);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The file may come from a stranger's archive and its words become names. */
    private static String word(String value) {
        return value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "");
    }

    /** Name in the catalogue's way: {@code debian/bookworm}, {@code fedora/42}, {@code arch}. */
    String distribution() {
        String release = codename.isEmpty() ? version : codename;
        return release.isEmpty() ? id : id + "/" + release;
    }
}
