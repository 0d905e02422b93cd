package dev.trivet.circus;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whether a delivery was made by who knows the secret. How long a comparison takes does not tell where the difference is. */
final class DeliverySignature {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private DeliverySignature() {}

    /** Whether the header is the HMAC-SHA256 of the body, in hex, with or without {@code sha256=} before it. */
    static boolean isHmac(String header, String secret, byte[] body) {
        String hex =
                (header.startsWith("sha256=") ? header.substring("sha256=".length()) : header).toLowerCase(Locale.ROOT);
        return HEX.matcher(hex).matches()
                && MessageDigest.isEqual(HexFormat.of().parseHex(hex), hmac(secret, body));
    }

    /** Whether the header is the secret; neither length shows. */
    static boolean isSame(String header, String secret) {
        return MessageDigest.isEqual(
                hmac(ALGORITHM, header.getBytes(StandardCharsets.UTF_8)),
                hmac(ALGORITHM, secret.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
