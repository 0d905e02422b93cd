package dev.trivet.circus.cache;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/** A secret key as {@code nix key generate-secret} makes it: {@code name:base64} of seed and public key. Immutable, thread-safe. */
final class Ed25519Key {
    private static final int SEED = 32;
    private static final int WHOLE = 64;
    private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final PrivateKey secret;
    private final byte[] open;

    private Ed25519Key(String name, byte[] whole) throws GeneralSecurityException {
        this.name = name;
        this.secret = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(whole, SEED)));
        this.open = Arrays.copyOfRange(whole, SEED, WHOLE);
    }

    /** @throws IllegalArgumentException if it is none; the text is not repeated */
    static Ed25519Key read(String text) {
        int colon = text.indexOf(':');
        try {
            if (colon > 0) {
                byte[] whole =
                        Base64.getDecoder().decode(text.substring(colon + 1).strip());
                if (whole.length == WHOLE) {
                    return new Ed25519Key(text.substring(0, colon), whole);
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            // Said below, without what may be a secret.
        }
        throw new IllegalArgumentException(
                "a secret key is name:base64 of 64 bytes; make one with:" + " nix key generate-secret --key-name NAME");
    }

    /** The text of a new one. */
    static String generate(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] whole = Arrays.copyOf(seed, WHOLE);
            System.arraycopy(encoded, encoded.length - SEED, whole, SEED, SEED);
            return name + ":" + Base64.getEncoder().encodeToString(whole);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has Ed25519", impossible);
        }
    }

    String name() {
        return name;
    }

    /** {@code name:base64}, for {@code trusted-public-keys}. */
    String publicKey() {
        return name + ":" + Base64.getEncoder().encodeToString(open);
    }

    /** {@code name:base64}. */
    String sign(String fingerprint) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(fingerprint.getBytes(StandardCharsets.UTF_8));
            return name + ":" + Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has Ed25519", impossible);
        }
    }

    /** Whether a signature is by the owner of a public key. */
    static boolean verifies(String publicKey, String fingerprint, String signature) {
        int colon = publicKey.indexOf(':');
        if (colon < 1 || !signature.startsWith(publicKey.substring(0, colon + 1))) {
            return false;
        }
        try {
            byte[] raw = Base64.getDecoder().decode(publicKey.substring(colon + 1));
            byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + raw.length);
            System.arraycopy(raw, 0, encoded, X509_HEAD.length, raw.length);
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(Objects.requireNonNull(key, "key is null"));
            verifier.update(fingerprint.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(Base64.getDecoder().decode(signature.substring(colon + 1)));
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            return false;
        }
    }

    /** Not the secret. */
    @Override
    public String toString() {
        return publicKey();
    }
}
