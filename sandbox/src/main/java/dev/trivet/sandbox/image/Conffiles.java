package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration files that Debian packages brought and that nobody changed since. Their content is public, whatever the machine
 * is used for: it is what the package has. That makes them the safe part of {@code /etc}.
 */
final class Conffiles {
    private static final long SIZE_LIMIT = 4L << 20;

    private final Map<String, String> digests;

    private Conffiles(Map<String, String> digests) {
        this.digests = digests;
    }

    /** @param status text of {@code /var/lib/dpkg/status}; empty where there is no dpkg */
    static Conffiles parse(String status) {
        Map<String, String> digests = new HashMap<>();
        boolean inside = false;
        for (String line : (Iterable<String>) status.lines()::iterator) {
            if (!line.startsWith(" ")) {
                inside = line.startsWith("Conffiles:");
            } else if (inside) {
                String[] words = line.strip().split(" ", -1);
                if (words.length == 2 && words[0].startsWith("/etc/")) {
                    digests.put(words[0], words[1]);
                }
            }
        }
        return new Conffiles(digests);
    }

    /** Path (absolute) to content of each one that is as its package has it. */
    Map<String, byte[]> unchanged() {
        Map<String, byte[]> files = new TreeMap<>();
        digests.forEach((name, digest) -> {
            try {
                Path file = Path.of(name);
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= SIZE_LIMIT) {
                    byte[] content = Files.readAllBytes(file);
                    if (md5(content).equals(digest)) {
                        files.put(name, content);
                    }
                }
            } catch (IOException e) {
                // Not readable for us: then it is not for jobs either.
            }
        });
        return files;
    }

    private static String md5(byte[] content) {
        try {
            // dpkg's own choice; it tells files apart here, it protects nothing.
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
