package dev.trivet.circus.product;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Entity tags of what is in a store. Every file there has the same time, and a path that was collected may be built again with another content;
 * but then the system gives it another inode or another time of change.
 */
final class Tags {
    private static final int BYTES = 16;

    private Tags() {}

    /**
     * A strong tag, in quotes.
     *
     * @param as what tells apart the forms in which it is sent
     */
    static String of(Path object, Path file, String as) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String fact : new String[] {as, file.toString(), facts(object), facts(file)}) {
                digest.update(fact.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return '"' + HexFormat.of().formatHex(digest.digest(), 0, BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Whether a client that says this in {@code If-None-Match} has what the tag names. */
    static boolean isKnown(String ifNoneMatch, String tag) {
        return Stream.of(ifNoneMatch.split(",", -1))
                .map(one -> one.strip().replaceFirst("^W/", ""))
                .anyMatch(one -> one.equals("*") || one.equals(tag));
    }

    private static String facts(Path file) throws IOException {
        Map<String, Object> facts = Files.readAttributes(file, "unix:dev,ino,size,ctime", LinkOption.NOFOLLOW_LINKS);
        return facts.get("dev") + " " + facts.get("ino") + " " + facts.get("size") + " " + facts.get("ctime");
    }
}
