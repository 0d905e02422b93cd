package dev.trivet.circus;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Repository addresses as Nix names flakes (spec section 2.4). */
public final class FlakeRef {
    private static final Pattern FORGE =
            Pattern.compile("https://(github|gitlab)\\.com/([\\w.-]+)/([\\w.-]+?)(?:\\.git)?/?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private FlakeRef() {}

    /**
     * @param url that passed {@link Validation#repositoryUrl}
     * @param revision commit, branch or tag, or null
     */
    public static String of(String url, @Nullable String revision) {
        Matcher forge = FORGE.matcher(url);
        String ref;
        if (forge.matches()) {
            ref = forge.group(1) + ":" + forge.group(2) + "/" + forge.group(3);
        } else {
            boolean plain = url.startsWith("git://") || url.startsWith("git+");
            ref = plain ? url : "git+" + url;
        }
        if (revision == null) {
            return ref;
        }
        String name = COMMIT.matcher(revision).matches() ? "rev" : "ref";
        return ref + (ref.indexOf('?') < 0 ? "?" : "&") + name + "="
                + URLEncoder.encode(revision, StandardCharsets.UTF_8);
    }
}
