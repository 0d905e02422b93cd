package dev.trivet.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a route: literal segments, segments with one parameter ({@code {id}}, {@code ~{user}}, {@code {hash}.narinfo}), and as last
 * one a tail that takes one or more segments ({@code {path...}}).
 */
public final class PathPattern {
    private static final Pattern PARAMETER =
            Pattern.compile("([^{}]*)\\{([a-zA-Z][a-zA-Z0-9_]*)(\\.\\.\\.)?\\}([^{}]*)");

    private final String text;
    private final List<Segment> segments;
    private final List<String> names;

    private PathPattern(String text, List<Segment> segments, List<String> names) {
        this.text = text;
        this.segments = List.copyOf(segments);
        this.names = List.copyOf(names);
    }

    /**
     * Reads a pattern such as {@code /api/jobs/{id}/start}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path pattern begins with /, not: " + text);
        }
        List<Segment> segments = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> parts = parts(text);
        for (String part : parts) {
            Segment segment = segment(part, text, names);
            if (segment instanceof Segment.Tail && segments.size() != parts.size() - 1) {
                throw new IllegalArgumentException("only the last segment can be a tail: " + text);
            }
            segments.add(segment);
        }
        Set<String> distinct = new HashSet<>(names);
        if (distinct.size() != names.size()) {
            throw new IllegalArgumentException("a parameter is named twice: " + text);
        }
        return new PathPattern(text, segments, names);
    }

    private static Segment segment(String part, String text, List<String> names) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException("empty segment (or slash at the end) in path pattern: " + text);
        }
        if (part.indexOf('{') < 0 && part.indexOf('}') < 0) {
            return new Segment.Literal(part);
        }
        Matcher matcher = PARAMETER.matcher(part);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + part + "' is not {name}, prefix{name}suffix or {name...}: " + text);
        }
        names.add(matcher.group(2));
        if (matcher.group(3) == null) {
            return new Segment.Parameter(matcher.group(1), matcher.group(4));
        }
        if (!matcher.group(1).isEmpty() || !matcher.group(4).isEmpty()) {
            throw new IllegalArgumentException("a tail stands alone in its segment: " + text);
        }
        return new Segment.Tail();
    }

    /** The segments of a path; a slash at the end does not count. */
    static List<String> parts(String path) {
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        return end <= 1 ? List.of() : List.of(path.substring(1, end).split("/", -1));
    }

    List<Segment> segments() {
        return segments;
    }

    /** The parameters' names, left to right. */
    public List<String> names() {
        return names;
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }

    /** One part of a pattern between slashes. */
    sealed interface Segment {
        /** Exactly this text. */
        record Literal(String text) implements Segment {}

        /** One segment; what stands between prefix and suffix, at least one character, is the value. */
        record Parameter(String prefix, String suffix) implements Segment {
            boolean matches(String segment) {
                return segment.length() > prefix.length() + suffix.length()
                        && segment.startsWith(prefix)
                        && segment.endsWith(suffix);
            }

            String value(String segment) {
                return segment.substring(prefix.length(), segment.length() - suffix.length());
            }
        }

        /** One or more segments. */
        record Tail() implements Segment {}
    }
}
