package dev.trivet.harmont;

import dev.trivet.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signed texts {@code P.S}: the text itself in base64url and the HMAC-SHA256 of that. Immutable, thread-safe.
 */
final class Signatures {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LONGEST = 4096;

    private final SecretKeySpec key;

    Signatures(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** With a secret that operators set. */
    static Signatures of(String secret) {
        return new Signatures(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** With a secret that is made once for this purpose and kept in the database, so that all servers share it. */
    static Signatures kept(Database database, String purpose) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        byte[] secret = database.write(handle -> {
            handle.createUpdate(
                            "insert into harmont.signing_key (purpose, secret) values (:purpose, :secret) on conflict do nothing")
                    .bind("purpose", purpose)
                    .bind("secret", fresh)
                    .execute();
            return handle.createQuery("select secret from harmont.signing_key where purpose = :purpose")
                    .bind("purpose", purpose)
                    .mapTo(byte[].class)
                    .one();
        });
        return new Signatures(Objects.requireNonNull(secret, "secret is null"));
    }

    /** The text and its signature. */
    String sign(String text) {
        String payload = base64(text.getBytes(StandardCharsets.UTF_8));
        return payload + "." + base64(hmac(payload));
    }

    /** The text, if the signature is its. */
    Optional<String> verify(String signed) {
        int dot = signed.indexOf('.');
        if (dot < 0 || signed.length() > LONGEST) {
            return Optional.empty();
        }
        String payload = signed.substring(0, dot);
        byte[] expected = base64(hmac(payload)).getBytes(StandardCharsets.US_ASCII);
        byte[] shown = signed.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(expected, shown)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private byte[] hmac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
