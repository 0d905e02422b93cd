package dev.trivet.notify.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A POST of JSON, in UTF-8.
 *
 * @param headers beside those that are sent anyway; a {@code User-Agent} or {@code Accept} takes the place of ours
 * @param secrets what must not be in an error that is shown, though the receiver may repeat it
 * @param trusted whether the operator named the receiver: then it may be internal
 */
public record HttpMessage(URI target, Map<String, String> headers, String body, List<String> secrets, boolean trusted) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]{0,4096}");
    /** What the connection is made of. */
    private static final Set<String> RESERVED = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "upgrade",
            "transfer-encoding",
            "content-type",
            "te",
            "trailer",
            "proxy-authorization",
            "keep-alive");

    public HttpMessage {
        Objects.requireNonNull(target, "target is null");
        Objects.requireNonNull(body, "body is null");
        headers = Map.copyOf(headers);
        secrets = List.copyOf(secrets);
        headers.forEach((name, value) -> {
            if (!isHeader(name, value)) {
                throw new IllegalArgumentException(
                        "the header " + name.replaceAll("[^A-Za-z0-9-]", "?") + " cannot be sent");
            }
        });
    }

    /** Whether a header can be sent with a message: no line end hides in it, and it is none that the connection needs itself. */
    public static boolean isHeader(String name, String value) {
        return NAME.matcher(name).matches()
                && VALUE.matcher(value).matches()
                && !RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The same without what is secret; a receiver may have repeated it. */
    String shown(String text) {
        String shown = text;
        for (String secret : secrets) {
            if (secret.length() >= 4) {
                shown = shown.replace(secret, "********");
            }
        }
        return shown;
    }

    @Override
    public String toString() {
        return "POST to " + target.getHost();
    }
}
