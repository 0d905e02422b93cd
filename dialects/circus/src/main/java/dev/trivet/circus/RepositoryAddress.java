package dev.trivet.circus;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a repository, taken apart.
 *
 * @param scheme in lower case
 * @param host without brackets, user and port; empty for {@code file:///}
 * @param path what follows, with its slash
 */
record RepositoryAddress(String text, String scheme, String host, String path) {
    private static final Pattern FORM = Pattern.compile(
            "([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/@\\\\]*@)?(\\[[^\\]/@]+]|[^/:@\\[\\]\\\\]*)(?::\\d{1,5})?([/?#].*)?");

    /** The parts of an address; empty if it is none, or has blanks, control characters or backslashes. */
    static Optional<RepositoryAddress> of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '\\') || !matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(2).replaceAll("^\\[|]$", "");
        if (host.startsWith("-")) {
            return Optional.empty(); // ssh would take it for an option
        }
        String path = matcher.group(3) == null ? "" : matcher.group(3);
        return Optional.of(new RepositoryAddress(text, matcher.group(1).toLowerCase(Locale.ROOT), host, path));
    }
}
