package dev.trivet.nix.archive;

import java.util.Base64;
import java.util.Objects;

/**
 * A signature over a fingerprint, written {@code KEY:BASE64}.
 *
 * @param key name of the key
 * @param value 64 bytes in base 64
 */
public record Signature(String key, String value) {
    public Signature {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
        if (key.isEmpty() || key.chars().anyMatch(c -> c <= ' ' || c == ':')) {
            throw new IllegalArgumentException("a key has a name without blanks and colons, not '" + key + "'");
        }
        if (Base64.getDecoder().decode(value).length != 64) {
            throw new IllegalArgumentException("a signature of " + key + " should have 64 bytes");
        }
    }

    /** @throws IllegalArgumentException if it is not a name, a colon and 64 bytes in base 64 */
    public static Signature parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("a signature is written KEY:BASE64");
        }
        return new Signature(text.substring(0, colon), text.substring(colon + 1));
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(value);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return key + ":" + value;
    }
}
