package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * The credentials of a GitHub App: it signs short-lived tokens that say who it is. Immutable, thread-safe; {@code toString} does not
 * show the key.
 *
 * @param id the App's id or client id
 * @param key its RSA key
 */
public record GitHubApp(String id, PrivateKey key) {
    /** GitHub takes no token that lives longer than 10 minutes by its own clock. */
    private static final Duration LIFETIME = Duration.ofMinutes(9);

    /** For clocks that differ. */
    private static final Duration BACKDATED = Duration.ofMinutes(1);

    public GitHubApp {
        requireNonNull(id, "id is null");
        requireNonNull(key, "key is null");
        if (!id.matches("[A-Za-z0-9.]{1,64}")) {
            throw new IllegalArgumentException("the id of a GitHub App is a number or a client id, not '" + id + "'");
        }
    }

    /**
     * Reads the key as GitHub gives it out.
     *
     * @param pem the file: {@code BEGIN RSA PRIVATE KEY} or {@code BEGIN PRIVATE KEY}
     * @throws IllegalArgumentException when that is no RSA key
     */
    public static GitHubApp of(String id, String pem) {
        return new GitHubApp(id, RsaKeys.read(pem));
    }

    /** A JSON Web Token (RS256) that proves who the App is, good for nine minutes from now on. */
    String webToken(Instant now) {
        String head = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
        String claims = "{\"iat\":" + now.minus(BACKDATED).getEpochSecond() + ",\"exp\":"
                + now.plus(LIFETIME).getEpochSecond() + ",\"iss\":\"" + id + "\"}";
        String signed = head + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot sign with the key of the GitHub App " + id, e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "GitHubApp[" + id + "]";
    }
}
