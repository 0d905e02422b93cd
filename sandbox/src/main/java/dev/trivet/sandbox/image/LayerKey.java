package dev.trivet.sandbox.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names the file system that an image becomes when packages are installed, so that it is made once and then reused as a layer.
 *
 * @param value 64 hexadecimal digits; equal for equal image content, packages and repositories in whatever order they were written
 */
public record LayerKey(String value) {
    public static LayerKey of(Image image, List<String> packages, Map<String, String> repositories) {
        MessageDigest digest = sha256();
        add(digest, "layer 1");
        add(digest, image.digest());
        List<String> sorted = packages.stream().distinct().sorted().toList();
        add(digest, String.valueOf(sorted.size()));
        sorted.forEach(name -> add(digest, name));
        new TreeMap<>(repositories).forEach((name, address) -> {
            add(digest, name);
            add(digest, address);
        });
        return new LayerKey(HexFormat.of().formatHex(digest.digest()));
    }

    /** With its length before it, so that no two lists of texts look the same. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
