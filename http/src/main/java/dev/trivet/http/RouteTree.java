package dev.trivet.http;

import dev.trivet.http.PathPattern.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a path: literal segments before parameters, parameters with more fixed text before those with less, tails last.
 * Built once, then only read.
 */
final class RouteTree {
    private final Node root = new Node();

    /**
     * Adds a route.
     *
     * @throws IllegalArgumentException if another route has the same method and shape
     */
    void add(RouteGroup group, Route route) {
        Node node = root;
        for (Segment segment : route.pattern().segments()) {
            node = node.child(segment);
        }
        Entry before = node.entries.putIfAbsent(route.method(), new Entry(group, route));
        if (before != null) {
            throw new IllegalArgumentException(route + " and " + before.route() + " take the same requests");
        }
    }

    /** What stands at this path. The segments are decoded. */
    Match find(@Nullable Method method, List<String> segments) {
        Search search = new Search(method, segments);
        Entry found = search.descend(root, 0);
        if (found != null) {
            return new Match.Found(found.group(), found.route(), parameters(found.route(), search.values));
        }
        return search.allowed.isEmpty() ? new Match.Nothing() : new Match.WrongMethod(search.allowed);
    }

    private static Map<String, String> parameters(Route route, List<String> values) {
        Map<String, String> parameters = new HashMap<>();
        List<String> names = route.pattern().names();
        for (int i = 0; i < names.size(); i++) {
            parameters.put(names.get(i), values.get(i));
        }
        return Map.copyOf(parameters);
    }

    /** The outcome of a search. */
    sealed interface Match {
        record Found(RouteGroup group, Route route, Map<String, String> parameters) implements Match {}

        record WrongMethod(Set<Method> allowed) implements Match {}

        record Nothing() implements Match {}
    }

    private record Entry(RouteGroup group, Route route) {}

    private record Edge(Segment.Parameter parameter, Node target) {
        int fixed() {
            return parameter.prefix().length() + parameter.suffix().length();
        }
    }

    private static final class Node {
        private final Map<Method, Entry> entries = new EnumMap<>(Method.class);
        private final Map<String, Node> literals = new HashMap<>();
        private final List<Edge> parameters = new ArrayList<>();
        private @Nullable Node tail;

        Node child(Segment segment) {
            return switch (segment) {
                case Segment.Literal(String text) -> literals.computeIfAbsent(text, key -> new Node());
                case Segment.Parameter parameter -> parameterChild(parameter);
                case Segment.Tail() -> {
                    Node node = tail == null ? new Node() : tail;
                    tail = node;
                    yield node;
                }
            };
        }

        private Node parameterChild(Segment.Parameter parameter) {
            for (Edge edge : parameters) {
                if (edge.parameter().equals(parameter)) {
                    return edge.target();
                }
            }
            Edge edge = new Edge(parameter, new Node());
            parameters.add(edge);
            parameters.sort(Comparator.comparingInt(Edge::fixed).reversed());
            return edge.target();
        }
    }

    private static final class Search {
        private final @Nullable Method method;
        private final List<String> segments;
        private final List<String> values = new ArrayList<>();
        private final Set<Method> allowed = EnumSet.noneOf(Method.class);

        Search(@Nullable Method method, List<String> segments) {
            this.method = method;
            this.segments = segments;
        }

        @Nullable
        Entry descend(Node node, int depth) {
            if (depth == segments.size()) {
                return take(node);
            }
            String segment = segments.get(depth);
            Node literal = node.literals.get(segment);
            Entry found = literal == null ? null : descend(literal, depth + 1);
            if (found != null) {
                return found;
            }
            for (Edge edge : node.parameters) {
                if (edge.parameter().matches(segment)) {
                    found = descendWith(edge.parameter().value(segment), edge.target(), depth + 1);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return node.tail == null
                    ? null
                    : descendWith(
                            String.join("/", segments.subList(depth, segments.size())), node.tail, segments.size());
        }

        private @Nullable Entry descendWith(String value, Node node, int depth) {
            values.add(value);
            Entry found = descend(node, depth);
            if (found == null) {
                values.removeLast();
            }
            return found;
        }

        private @Nullable Entry take(Node node) {
            allowed.addAll(node.entries.keySet());
            return method == null ? null : node.entries.get(method);
        }
    }
}
