package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where the database is and how many connections may be open to it.
 *
 * @param url a pgjdbc URL: {@code jdbc:postgresql://host:port/database?option=value}
 * @param user role to sign in as; empty where the URL or the server's own rules say it
 * @param password its password; empty for none. Never printed
 * @param poolSize most connections open at once, 1 to 1000
 */
public record DatabaseConfig(String url, String user, String password, int poolSize) {

    /** Connections of a server when nothing else is configured. */
    public static final int DEFAULT_POOL_SIZE = 10;

    public DatabaseConfig {
        requireNonNull(url, "url is null");
        requireNonNull(user, "user is null");
        requireNonNull(password, "password is null");
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("The database URL must start with jdbc:postgresql: or postgresql://");
        }
        if (poolSize < 1 || poolSize > 1000) {
            throw new IllegalArgumentException("The pool size must be 1 to 1000, not " + poolSize);
        }
    }

    /**
     * Reads what an operator writes: a pgjdbc URL, or the form that psql takes ({@code postgresql://user:password@host:port/database},
     * percent-encoded).
     *
     * @throws IllegalArgumentException when it is neither; the message never repeats the URL, since it may hold a password
     */
    public static DatabaseConfig ofUrl(String url, int poolSize) {
        requireNonNull(url, "url is null");
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseConfig(url, "", "", poolSize);
        }
        if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
            throw new IllegalArgumentException(
                    "The database URL must look like postgresql://user:password@host:5432/database"
                            + " or jdbc:postgresql://host:5432/database?user=…");
        }
        URI parsed = parse(url);
        String credentials = parsed.getRawUserInfo() == null ? "" : parsed.getRawUserInfo();
        int colon = credentials.indexOf(':');
        String user = decode(colon < 0 ? credentials : credentials.substring(0, colon));
        String password = colon < 0 ? "" : decode(credentials.substring(colon + 1));
        String authority = parsed.getRawAuthority() == null ? "" : parsed.getRawAuthority();
        String hosts = authority.substring(authority.lastIndexOf('@') + 1);
        String path = parsed.getRawPath().isEmpty() ? "/" : parsed.getRawPath();
        String query = parsed.getRawQuery() == null ? "" : "?" + parsed.getRawQuery();
        return new DatabaseConfig("jdbc:postgresql://" + hosts + path + query, user, password, poolSize);
    }

    /** The same database with another bound on connections. */
    public DatabaseConfig withPoolSize(int size) {
        return new DatabaseConfig(url, user, password, size);
    }

    /** Without the password, and without the URL's options, which may hold one. */
    @Override
    public String toString() {
        int options = url.indexOf('?');
        return (options < 0 ? url : url.substring(0, options)) + (user.isEmpty() ? "" : " as " + user);
    }

    private static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("The database URL has a bad character at position " + e.getIndex()
                    + "; write special characters of the password as %XX");
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
