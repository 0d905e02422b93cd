package dev.trivet.nix.archive;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.Objects;

/** A key that signatures are checked with, written {@code NAME:BASE64} as in {@code trusted-public-keys}. Immutable. */
public final class PublicKey {
    static final int BYTES = 32;

    private final String name;
    private final byte[] bytes;
    private final java.security.PublicKey key;

    private PublicKey(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
        this.key = key(bytes);
    }

    static PublicKey of(String name, byte[] bytes) {
        return new PublicKey(Objects.requireNonNull(name, "name is null"), bytes.clone());
    }

    /** @throws IllegalArgumentException if it is not a name, a colon and 32 bytes in base 64 */
    public static PublicKey parse(String text) {
        int colon = text.indexOf(':');
        byte[] bytes = colon < 1
                ? new byte[0]
                : Base64.getDecoder().decode(text.substring(colon + 1).strip());
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a public key is written NAME:BASE64 with 32 bytes, such as"
                    + " cache.example.org-1:2TkSPgBkoCq6F7ZZNHrmQyVLt3qDbgRqVIVEYmHkZ1c=");
        }
        return new PublicKey(text.substring(0, colon).strip(), bytes);
    }

    public String name() {
        return name;
    }

    /** Whether the signature is by this key and over exactly this fingerprint. */
    public boolean verifies(String fingerprint, Signature signature) {
        if (!signature.key().equals(name)) {
            return false;
        }
        try {
            var check = java.security.Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(fingerprint.getBytes(StandardCharsets.UTF_8));
            return check.verify(signature.bytes());
        } catch (SignatureException | InvalidKeyException malformed) {
            // Not every 32 bytes are a point of the curve.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return name + ":" + Base64.getEncoder().encodeToString(bytes);
    }

    /** The highest bit says whether x is odd, the others are y, the least byte first. */
    private static java.security.PublicKey key(byte[] bytes) {
        byte[] y = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            y[BYTES - 1 - i] = bytes[i];
        }
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("these 32 bytes are no public key of Ed25519", e);
        }
    }
}
