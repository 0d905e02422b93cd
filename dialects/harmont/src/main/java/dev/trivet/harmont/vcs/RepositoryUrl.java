package dev.trivet.harmont.vcs;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of repositories: which may be cloned at all, and which mean the same repository. */
public final class RepositoryUrl {
    private static final int LONGEST = 2048;
    private static final Pattern ADDRESS =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,31})://([^/]*)(/.*)?", Pattern.DOTALL);

    /** {@code git@host:owner/name}. */
    private static final Pattern SSH_SHORT = Pattern.compile("(?:[^@:/]+@)?([^@:/]+):(?!//)(.*)", Pattern.DOTALL);

    private static final Pattern CLONEABLE = Pattern.compile(
            "(?:https?|ssh|git)://(?:[A-Za-z0-9._~-]+@)?[A-Za-z0-9.\\[\\]:-]+/[!-~]+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[!-~]+");
    private static final Map<String, String> PORTS =
            Map.of("https", ":443", "http", ":80", "ssh", ":22", "git+ssh", ":22", "git", ":9418");

    private RepositoryUrl() {}

    /** Whether this is an http, https, ssh or git address of printable ASCII; never an option, a file or a command of git's. */
    public static boolean isCloneable(String url) {
        return url.length() <= LONGEST
                && !url.startsWith("-")
                && CLONEABLE.matcher(url).matches();
    }

    /**
     * {@code host/path}: equal for addresses of the same repository, whatever their scheme, user, default port, {@code .git} and slashes
     * at the end, or the letter case of the host. Any text has one.
     */
    public static String normalForm(String url) {
        String text = url.strip();
        Matcher address = ADDRESS.matcher(text);
        if (address.matches()) {
            String path = address.group(3) == null ? "" : address.group(3);
            return host(address.group(1), address.group(2)) + "/" + path(path);
        }
        Matcher ssh = SSH_SHORT.matcher(text);
        if (ssh.matches()) {
            return host("ssh", ssh.group(1)) + "/" + path(ssh.group(2));
        }
        int slash = text.indexOf('/');
        return slash < 0 ? path(text) : host("", text.substring(0, slash)) + "/" + path(text.substring(slash));
    }

    private static String host(String scheme, String authority) {
        String host = authority.substring(authority.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        String port = PORTS.get(scheme.toLowerCase(Locale.ROOT));
        return port != null && host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }

    private static String path(String path) {
        int start = 0;
        int end = trimmed(path, path.length());
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        if (path.startsWith(".git", end - 4) && end - 4 > start) {
            end = trimmed(path, end - 4);
        }
        return path.substring(start, end);
    }

    private static int trimmed(String path, int length) {
        int end = length;
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return end;
    }
}
