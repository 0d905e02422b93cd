package dev.trivet.accounts;

import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Leave to read or write one scope of one dialect, written {@code dialect/scope:level}, such as {@code srht/jobs:write}.
 *
 * @param dialect {@code [a-z][a-z0-9-]*}
 * @param scope {@code [a-z][a-z0-9_-]*}, or {@code *} for every scope of the dialect
 * @param level reading or writing
 */
public record Grant(String dialect, String scope, GrantLevel level) implements Comparable<Grant> {
    /** The scope that stands for all scopes of a dialect. */
    public static final String EVERY_SCOPE = "*";

    private static final Pattern DIALECT = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern SCOPE = Pattern.compile("[a-z][a-z0-9_-]{0,63}|\\*");
    private static final Pattern TEXT = Pattern.compile("([^/:]+)/([^/:]+):(read|write)");
    private static final Comparator<Grant> ORDER =
            Comparator.comparing(Grant::dialect).thenComparing(Grant::scope).thenComparing(Grant::level);

    public Grant {
        Objects.requireNonNull(level, "level is null");
        if (!DIALECT.matcher(dialect).matches() || !SCOPE.matcher(scope).matches()) {
            throw notAGrant(dialect + "/" + scope + ":" + level.word());
        }
    }

    /**
     * Reads {@code dialect/scope:level}.
     *
     * @throws IllegalArgumentException if it is not of that form; the message shows the form
     */
    public static Grant parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw notAGrant(text);
        }
        GrantLevel level = matcher.group(3).equals("write") ? GrantLevel.WRITE : GrantLevel.READ;
        return new Grant(matcher.group(1), matcher.group(2), level);
    }

    /** True if who holds this grant may do what {@code needed} asks for. */
    public boolean includes(Grant needed) {
        return dialect.equals(needed.dialect)
                && (scope.equals(EVERY_SCOPE) || scope.equals(needed.scope))
                && level.includes(needed.level);
    }

    @Override
    public int compareTo(Grant other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return dialect + "/" + scope + ":" + level.word();
    }

    private static IllegalArgumentException notAGrant(String text) {
        return new IllegalArgumentException("'" + text
                + "' is not a grant: write dialect/scope:read or dialect/scope:write, such as srht/jobs:write,"
                + " dialect/*:write for a whole dialect, or * alone for everything");
    }
}
