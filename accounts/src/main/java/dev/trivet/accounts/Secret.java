package dev.trivet.accounts;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Random texts that nobody can guess, and what is stored of them. */
final class Secret {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final int BYTES = 32;
    /** Digits of base 62 that 32 bytes need. */
    private static final int LENGTH = 43;

    private Secret() {}

    /** 43 letters and digits from 32 random bytes. */
    static String random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return text(bytes);
    }

    /** 43 letters and digits from these 32 bytes. */
    static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder(LENGTH);
        BigInteger rest = new BigInteger(1, bytes);
        for (int i = 0; i < LENGTH; i++) {
            BigInteger[] next = rest.divideAndRemainder(BASE);
            text.append(DIGITS.charAt(next[1].intValue()));
            rest = next[0];
        }
        return text.reverse().toString();
    }

    /** SHA-256 of the text in UTF-8. */
    static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
