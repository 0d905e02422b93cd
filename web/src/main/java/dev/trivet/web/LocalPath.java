package dev.trivet.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths that a form brought: nobody shall be led to another site by a link to our sign-in. */
final class LocalPath {
    private static final int LONGEST = 2000;

    private LocalPath() {}

    /** The path if it is one of ours, else the start page. */
    static String orStart(String path) {
        boolean ours = path.startsWith("/")
                && path.length() <= LONGEST
                && (path.length() == 1 || path.charAt(1) != '/')
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
        return ours ? path : "/";
    }

    /** As value of a query. */
    static String encoded(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8);
    }
}
