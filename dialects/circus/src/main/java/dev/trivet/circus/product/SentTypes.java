package dev.trivet.circus.product;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As what files are sent. That they are attachments keeps a browser from showing them, but not a page from loading one as its script or style:
 * what could be any of those, or a document with scripts, is sent as bytes that mean nothing.
 */
final class SentTypes {
    static final String BYTES = "application/octet-stream";

    private static final Pattern TYPE = Pattern.compile("[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,127}");
    private static final Set<String> PLAIN_TEXTS =
            Set.of("text/plain", "text/csv", "text/markdown", "text/x-log", "text/x-diff", "text/x-patch");
    private static final Pattern ACTIVE =
            Pattern.compile("text/.*|.*(html|xml|svg|script|wasm|css|shockwave|java-|multipart|message/).*");

    private SentTypes() {}

    static String of(@Nullable String type) {
        String plain = type == null ? "" : type.toLowerCase(Locale.ROOT).strip();
        if (PLAIN_TEXTS.contains(plain)) {
            return plain;
        }
        return TYPE.matcher(plain).matches() && !ACTIVE.matcher(plain).matches() ? plain : BYTES;
    }
}
