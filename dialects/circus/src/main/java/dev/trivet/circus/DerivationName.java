package dev.trivet.circus;

/** The name of a derivation as a number: most of the hash that stands in its path. Small, where there are millions of them. */
final class DerivationName {
    private static final int CHARACTERS = 12;
    private static final int BITS = 5;

    private DerivationName() {}

    /** Of {@code /nix/store/<hash>-name.drv}; the hash of the text where that is no such path. */
    static long of(String path) {
        int from = path.lastIndexOf('/') + 1;
        if (path.length() < from + CHARACTERS) {
            return path.hashCode();
        }
        long name = 0;
        for (int at = from; at < from + CHARACTERS; at++) {
            int digit = Character.digit(path.charAt(at), Character.MAX_RADIX);
            if (digit < 0) {
                return path.hashCode();
            }
            // Nix writes hashes with 32 of the 36 digits and letters; a few bits of each suffice together.
            name = (name << BITS) ^ (name >>> (Long.SIZE - BITS)) ^ digit;
        }
        return name;
    }
}
