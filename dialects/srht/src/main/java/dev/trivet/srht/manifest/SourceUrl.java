package dev.trivet.srht.manifest;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code sources}: {@code [dir::][scm+]URL[#ref]} (spec section 2.1).
 *
 * @param text the entry as written
 * @param scm {@code git}, {@code hg}, or something that makes the job fail
 * @param url what to clone, without directory, scm and ref
 * @param directory where to clone to, relative to the home directory
 * @param ref branch, tag or commit; null for what the clone checks out by itself
 */
public record SourceUrl(
        String text,
        String scm,
        String url,
        String directory,
        @Nullable String ref) {
    private static final Pattern SCHEME =
            Pattern.compile("([a-zA-Z][a-zA-Z0-9.-]*)\\+([a-zA-Z][a-zA-Z0-9+.-]*)(:.*)", Pattern.DOTALL);
    private static final String GIT_SUFFIX = ".git";

    public SourceUrl {
        Objects.requireNonNull(text, "text is null");
        Objects.requireNonNull(scm, "scm is null");
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(directory, "directory is null");
    }

    /** Reads an entry; every text is one, though not every one can be cloned. */
    public static SourceUrl parse(String text) {
        String[] byHash = text.split("#", -1);
        String location = byHash.length == 2 ? byHash[0] : text;
        String ref = byHash.length == 2 && !byHash[1].isEmpty() ? byHash[1] : null;

        String[] byColons = location.split("::", -1);
        boolean named = byColons.length == 2;
        String full = named ? byColons[1] : location;
        Matcher scheme = SCHEME.matcher(full);
        boolean prefixed = scheme.matches();
        String scm = prefixed ? scheme.group(1).toLowerCase(Locale.ROOT) : "git";
        String url = prefixed ? scheme.group(2) + scheme.group(3) : full;

        String directory = named && !byColons[0].isEmpty() ? byColons[0] : lastSegment(full);
        if (!named && scm.equals("git") && isSuffixed(directory)) {
            directory = directory.substring(0, directory.length() - GIT_SUFFIX.length());
        }
        return new SourceUrl(text, scm, url, directory, ref);
    }

    private static boolean isSuffixed(String directory) {
        return directory.endsWith(GIT_SUFFIX) && directory.length() > GIT_SUFFIX.length();
    }

    /** The last segment of a path; of {@code host:path} without a slash it is the path. */
    private static String lastSegment(String url) {
        int end = url.length();
        while (end > 1 && url.charAt(end - 1) == '/') {
            end--;
        }
        String trimmed = url.substring(0, end);
        String base = trimmed.substring(trimmed.lastIndexOf('/') + 1);
        return trimmed.indexOf('/') < 0 ? base.substring(base.lastIndexOf(':') + 1) : base;
    }
}
