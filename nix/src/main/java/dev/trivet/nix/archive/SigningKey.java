package dev.trivet.nix.archive;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * A key that fingerprints are signed with, as {@code nix key generate-secret} makes it: {@code NAME:BASE64} of the 32 secret bytes and the 32
 * public ones. Thread-safe.
 */
public final class SigningKey {
    private static final int SEED = 32;

    private final String name;
    private final byte[] bytes;
    private final PrivateKey key;

    private SigningKey(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
        try {
            this.key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(bytes, SEED)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /**
     * Reads a key. What is wrong is told without the key.
     *
     * @throws IllegalArgumentException if it is not a name, a colon and 64 bytes in base 64, or its two halves do not belong together
     */
    public static SigningKey parse(String text) {
        String line = text.strip();
        int colon = line.indexOf(':');
        byte[] bytes = colon < 1 ? new byte[0] : decoded(line.substring(colon + 1));
        if (bytes.length != SEED + PublicKey.BYTES) {
            throw new IllegalArgumentException(
                    "a secret key is written NAME:BASE64 with 64 bytes; make one with: nix key generate-secret --key-name NAME");
        }
        var key = new SigningKey(line.substring(0, colon), bytes);
        if (!key.publicKey().verifies("", key.sign(""))) {
            throw new IllegalArgumentException(
                    "the secret key " + key.name + " is damaged: its halves do not belong together");
        }
        return key;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    /** A new key. */
    public static SigningKey generate(String name) {
        Objects.requireNonNull(name, "name is null");
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] bytes = Arrays.copyOf(seed, SEED + PublicKey.BYTES);
            // The last bytes of the encoded key are the key itself.
            System.arraycopy(encoded, encoded.length - PublicKey.BYTES, bytes, SEED, PublicKey.BYTES);
            return new SigningKey(name, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    public String name() {
        return name;
    }

    /** What others check its signatures with. */
    public PublicKey publicKey() {
        return PublicKey.of(name, Arrays.copyOfRange(bytes, SEED, bytes.length));
    }

    /** Signs a fingerprint: always the same for the same one. */
    public Signature sign(String fingerprint) {
        try {
            var signing = java.security.Signature.getInstance("Ed25519");
            signing.initSign(key);
            signing.update(fingerprint.getBytes(StandardCharsets.UTF_8));
            return new Signature(name, Base64.getEncoder().encodeToString(signing.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** The key itself, as {@link #parse} reads it: to be written into a file that only its owner reads, and nowhere else. */
    public String secretText() {
        return name + ":" + Base64.getEncoder().encodeToString(bytes);
    }

    /** Only its name. */
    @Override
    public String toString() {
        return "SigningKey[" + name + "]";
    }
}
