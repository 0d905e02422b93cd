package dev.trivet.logs;

import java.util.Arrays;

/** Finds bytes in bytes (Horspool: most positions are never looked at). */
final class ByteSearch {
    private final byte[] needle;
    private final byte[] fold = new byte[256];
    private final int[] shift = new int[256];

    ByteSearch(byte[] text, boolean ignoreCase) {
        for (int i = 0; i < fold.length; i++) {
            fold[i] = (byte) (ignoreCase && i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
        }
        needle = new byte[text.length];
        for (int i = 0; i < text.length; i++) {
            needle[i] = fold[text[i] & 0xff];
        }
        Arrays.fill(shift, needle.length);
        for (int i = 0; i < needle.length - 1; i++) {
            shift[needle[i] & 0xff] = needle.length - 1 - i;
        }
    }

    int length() {
        return needle.length;
    }

    /** The first place at or after {@code from} where all of it stands before {@code end}; -1 if there is none. */
    int find(byte[] bytes, int from, int end) {
        int last = needle.length - 1;
        int at = from;
        while (at + last < end) {
            int folded = fold[bytes[at + last] & 0xff] & 0xff;
            if (folded == (needle[last] & 0xff) && matches(bytes, at)) {
                return at;
            }
            at += shift[folded];
        }
        return -1;
    }

    private boolean matches(byte[] bytes, int at) {
        for (int i = 0; i < needle.length; i++) {
            if (fold[bytes[at + i] & 0xff] != needle[i]) {
                return false;
            }
        }
        return true;
    }
}
