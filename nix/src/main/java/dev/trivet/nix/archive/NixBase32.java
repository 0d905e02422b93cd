package dev.trivet.nix.archive;

import java.util.Arrays;

/** Nix's base 32: digits and lower-case letters without e, o, u and t; the last five bits come first. */
public final class NixBase32 {
    private static final String DIGITS = "0123456789abcdfghijklmnpqrsvwxyz";
    private static final byte[] VALUES = values();

    private NixBase32() {}

    /** These bytes as text. */
    public static String encode(byte[] bytes) {
        int length = encodedLength(bytes.length);
        StringBuilder text = new StringBuilder(length);
        for (int n = length - 1; n >= 0; n--) {
            int bit = n * 5;
            int at = bit / 8;
            int shift = bit % 8;
            int digit = (bytes[at] & 0xff) >>> shift;
            if (at + 1 < bytes.length) {
                digit |= (bytes[at + 1] & 0xff) << (8 - shift);
            }
            text.append(DIGITS.charAt(digit & 31));
        }
        return text.toString();
    }

    /**
     * The bytes of a text.
     *
     * @param length how many they are
     * @throws IllegalArgumentException if it is of another length, has other characters, or bits that belong to no byte
     */
    public static byte[] decode(String text, int length) {
        if (text.length() != encodedLength(length)) {
            throw new IllegalArgumentException(
                    length + " bytes in base 32 are " + encodedLength(length) + " characters, not " + text.length());
        }
        byte[] bytes = new byte[length];
        for (int n = 0; n < text.length(); n++) {
            char c = text.charAt(text.length() - 1 - n);
            int digit = c < VALUES.length ? VALUES[c] : -1;
            if (digit < 0) {
                throw new IllegalArgumentException("'" + c + "' is no digit of Nix's base 32: " + DIGITS);
            }
            int bit = n * 5;
            int at = bit / 8;
            int shift = bit % 8;
            bytes[at] |= (byte) (digit << shift);
            int carry = digit >>> (8 - shift);
            if (at + 1 < length) {
                bytes[at + 1] |= (byte) carry;
            } else if (carry != 0) {
                throw new IllegalArgumentException(
                        "the first character of '" + text + "' has bits that belong to no byte");
            }
        }
        return bytes;
    }

    /** Whether it is a text of such characters alone. */
    public static boolean isText(String text) {
        return text.chars().allMatch(c -> c < VALUES.length && VALUES[c] >= 0);
    }

    private static int encodedLength(int bytes) {
        return bytes == 0 ? 0 : (bytes * 8 - 1) / 5 + 1;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < DIGITS.length(); i++) {
            values[DIGITS.charAt(i)] = (byte) i;
        }
        return values;
    }
}
