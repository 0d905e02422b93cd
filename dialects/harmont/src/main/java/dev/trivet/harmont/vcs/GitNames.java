package dev.trivet.harmont.vcs;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a commit, a branch, a tag and a repository may be called; anything that passes can be neither an option nor a path trick. */
final class GitNames {
    private static final int LONGEST_REF = 255;
    private static final int LONGEST_NAME = 255;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /** Bitbucket tells the commits of pull requests by their first twelve digits. */
    private static final Pattern SHORT_COMMIT = Pattern.compile("[0-9a-f]{12,64}");

    private static final Pattern ZERO = Pattern.compile("0{40}|0{64}");
    private static final Pattern NAME_PART = Pattern.compile("[A-Za-z0-9._-]+");
    private static final String FORBIDDEN = " ~^:?*[\\";

    private GitNames() {}

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    static boolean isShortCommit(String text) {
        return SHORT_COMMIT.matcher(text).matches();
    }

    /** The commit that says "there is none". */
    static boolean isZero(String text) {
        return ZERO.matcher(text).matches();
    }

    /** The rules of git-check-ref-format for the name of a branch or tag, and at most 255 bytes. */
    static boolean isRefName(String text) {
        if (text.isEmpty()
                || text.length() > LONGEST_REF
                || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_REF) {
            return false;
        }
        if (text.startsWith("-")
                || text.endsWith(".")
                || text.equals("@")
                || text.contains("..")
                || text.contains("@{")) {
            return false;
        }
        if (!text.codePoints().allMatch(GitNames::mayBeInRef)) {
            return false;
        }
        for (String part : text.split("/", -1)) {
            if (part.isEmpty() || part.startsWith(".") || part.endsWith(".lock")) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayBeInRef(int c) {
        return FORBIDDEN.indexOf(c) < 0
                && !Character.isISOControl(c)
                && Character.getType(c) != Character.SURROGATE
                && Character.getType(c) != Character.FORMAT;
    }

    /** {@code owner/name}, or more parts than two. */
    static boolean isFullName(String text) {
        if (text.length() > LONGEST_NAME || text.startsWith("-")) {
            return false;
        }
        String[] parts = text.split("/", -1);
        for (String part : parts) {
            if (!NAME_PART.matcher(part).matches() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return parts.length >= 2;
    }
}
