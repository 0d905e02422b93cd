package dev.trivet.circus.cache;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** SHA-256 as Nix writes it. */
final class ArchiveHash {
    private static final String ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz";
    private static final String ALGORITHM = "sha256";
    private static final int BYTES = 32;
    private static final int DIGITS = 52;
    private static final int BITS = 5;

    private ArchiveHash() {}

    /** {@code sha256:<base 32>}. */
    static String text(byte[] hash) {
        return ALGORITHM + ":" + base32(hash);
    }

    static String base32(byte[] hash) {
        StringBuilder digits = new StringBuilder(DIGITS);
        for (int digit = (hash.length * 8 - 1) / BITS; digit >= 0; digit--) {
            int bit = digit * BITS;
            int low = (hash[bit / 8] & 0xff) >>> (bit % 8);
            int high = bit / 8 + 1 < hash.length ? (hash[bit / 8 + 1] & 0xff) << (8 - bit % 8) : 0;
            digits.append(ALPHABET.charAt((low | high) & 0x1f));
        }
        return digits.toString();
    }

    /** The hexadecimal form of 52 digits of base 32; empty if they are none. */
    static Optional<String> hex(String base32) {
        return bytes(base32).map(HexFormat.of()::formatHex);
    }

    /**
     * Reads any form of it.
     *
     * @throws IllegalArgumentException if it is none
     */
    static byte[] read(String text) {
        if (text.startsWith(ALGORITHM + "-")) {
            byte[] bytes = Base64.getDecoder().decode(text.substring(ALGORITHM.length() + 1));
            if (bytes.length == BYTES) {
                return bytes;
            }
        } else if (text.startsWith(ALGORITHM + ":")) {
            String digits = text.substring(ALGORITHM.length() + 1);
            if (digits.length() == 2 * BYTES) {
                return HexFormat.of().parseHex(digits);
            }
            Optional<byte[]> bytes = bytes(digits);
            if (bytes.isPresent()) {
                return bytes.get();
            }
        }
        throw new IllegalArgumentException("not a SHA-256 as Nix writes it: " + text);
    }

    private static Optional<byte[]> bytes(String base32) {
        if (base32.length() != DIGITS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[BYTES];
        for (int place = 0; place < DIGITS; place++) {
            int value = ALPHABET.indexOf(base32.charAt(DIGITS - 1 - place));
            int bit = place * BITS;
            int high = value >> (8 - bit % 8);
            if (value < 0 || (bit / 8 + 1 >= BYTES && high != 0)) {
                return Optional.empty();
            }
            bytes[bit / 8] |= (byte) (value << (bit % 8));
            if (high != 0) {
                bytes[bit / 8 + 1] |= (byte) high;
            }
        }
        return Optional.of(bytes);
    }
}
