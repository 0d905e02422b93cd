package dev.trivet.sandbox.linux;

import java.security.SecureRandom;

/** Names on disk: short, because an overlay's options must fit into one page. */
final class ShortId {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private ShortId() {}

    /** 10 random characters, 50 bits. */
    static String next() {
        var id = new StringBuilder(10);
        for (int i = 0; i < 10; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
