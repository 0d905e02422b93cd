package dev.trivet.harmont.vcs;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 of bodies; comparisons take the same time wherever the difference is. */
final class Signatures {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    private Signatures() {}

    /** Whether {@code hex} is the HMAC of the body. */
    static boolean isHmac(String hex, String secret, byte[] body) {
        byte[] expected = hmac(secret, body);
        return HEX.matcher(hex).matches()
                && MessageDigest.isEqual(expected, HexFormat.of().parseHex(hex));
    }

    /** Whether two secrets are the same; their lengths do not show either. */
    static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                sha256(one.getBytes(StandardCharsets.UTF_8)), sha256(other.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }

    static byte[] hmac(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + ALGORITHM, e);
        }
    }
}
