package dev.trivet.blobs;

import java.util.Objects;

/**
 * Name of a blob: what it holds, and how long it is.
 *
 * @param sha256 SHA-256 of the bytes, 64 lower-case hexadecimal digits
 * @param size number of bytes, not negative
 */
public record BlobRef(String sha256, long size) {
    private static final int DIGITS = 64;

    public BlobRef {
        Objects.requireNonNull(sha256, "sha256 is null");
        if (!isSha256(sha256)) {
            throw new IllegalArgumentException(
                    "not a SHA-256 (expected 64 lower-case hexadecimal digits): '" + shortened(sha256) + "'");
        }
        if (size < 0) {
            throw new IllegalArgumentException("size of a blob is negative: " + size);
        }
    }

    /** Whether the text is 64 lower-case hexadecimal digits; only such text ever becomes part of a path. */
    public static boolean isSha256(String text) {
        if (text.length() != DIGITS) {
            return false;
        }
        for (int i = 0; i < DIGITS; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
