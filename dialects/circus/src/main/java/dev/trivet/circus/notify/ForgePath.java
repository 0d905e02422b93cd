package dev.trivet.circus.notify;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository as its forge names it: {@code owner/name}, or with more groups at GitLab.
 *
 * @param segments at least two, none of them empty
 */
record ForgePath(List<String> segments) {
    private static final Pattern SCP = Pattern.compile("[A-Za-z0-9_.-]+@([^:/]+):([^:]+)");
    private static final Pattern SSH = Pattern.compile("(?:git\\+)?ssh://(?:[^@/]+@)?([^/:]+)(?::\\d+)?/(.+)");
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    ForgePath {
        segments = List.copyOf(segments);
    }

    /** The repository, if it is one of this host. */
    static Optional<ForgePath> atHost(String repository, String host) {
        String https = "https://" + host + "/";
        String http = "http://" + host + "/";
        for (String start : List.of(https, http)) {
            if (repository.toLowerCase(Locale.ROOT).startsWith(start.toLowerCase(Locale.ROOT))) {
                return of(repository.substring(start.length()));
            }
        }
        return overSsh(repository, host);
    }

    /** The repository, if its address begins with that of the forge, or is one over SSH of the same host. */
    static Optional<ForgePath> below(String repository, URI base) {
        String start = base.toString().replaceAll("/+$", "") + "/";
        if (repository.regionMatches(true, 0, start, 0, start.length())) {
            return of(repository.substring(start.length()));
        }
        return base.getHost() == null ? Optional.empty() : overSsh(repository, base.getHost());
    }

    private static Optional<ForgePath> overSsh(String repository, String host) {
        for (Pattern form : List.of(SSH, SCP)) {
            Matcher matcher = form.matcher(repository);
            if (matcher.matches() && matcher.group(1).equalsIgnoreCase(host)) {
                return of(matcher.group(2));
            }
        }
        return Optional.empty();
    }

    private static Optional<ForgePath> of(String path) {
        String plain = path.replaceAll("[?#].*$", "").replaceAll("/+$", "").replaceAll("\\.git$", "");
        List<String> segments = List.of(plain.split("/", -1));
        boolean formed = segments.size() >= 2
                && segments.stream()
                        .allMatch(segment -> SEGMENT.matcher(segment).matches());
        return formed ? Optional.of(new ForgePath(segments)) : Optional.empty();
    }

    /** {@code owner/name}; empty with more groups, which only GitLab has. */
    Optional<String> ownerAndName() {
        return segments.size() == 2 ? Optional.of(segments.get(0) + "/" + segments.get(1)) : Optional.empty();
    }

    /** As one segment of a path. */
    String encoded() {
        return String.join("%2F", segments);
    }
}
