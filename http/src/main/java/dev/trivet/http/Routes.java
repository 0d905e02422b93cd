package dev.trivet.http;

import dev.trivet.http.RouteTree.Match;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The one table of everything the server answers; what is not in it does not exist. Immutable. */
public final class Routes {
    private final List<RouteGroup> groups;
    private final List<RouteGroup> longestFirst;
    private final RouteTree tree = new RouteTree();

    /**
     * @throws IllegalArgumentException if two routes take the same requests, or two groups have one prefix but different shapes of errors, or
     *     none has the prefix {@code /}
     */
    public Routes(List<RouteGroup> groups) {
        this.groups = List.copyOf(groups);
        this.longestFirst = groups.stream()
                .sorted(Comparator.comparingInt(
                                (RouteGroup group) -> group.prefix().length())
                        .reversed())
                .toList();
        Set<String> prefixes = new HashSet<>();
        for (RouteGroup group : groups) {
            if (!prefixes.add(group.prefix())) {
                throw new IllegalArgumentException("two groups have the prefix " + group.prefix());
            }
            group.routes().forEach(route -> tree.add(group, route));
        }
        if (!prefixes.contains("/")) {
            throw new IllegalArgumentException(
                    "a group with the prefix / is needed: it tells the errors outside all others");
        }
    }

    /** The groups as given. */
    public List<RouteGroup> groups() {
        return groups;
    }

    /** All routes. */
    public Stream<Route> stream() {
        return groups.stream().flatMap(group -> group.routes().stream());
    }

    /** The same table with each route changed; paths must stay below their groups' prefixes. */
    public Routes map(UnaryOperator<Route> change) {
        return new Routes(groups.stream()
                .map(group ->
                        group.withRoutes(group.routes().stream().map(change).toList()))
                .toList());
    }

    Match find(@Nullable Method method, String encodedPath) {
        List<String> segments = PathPattern.parts(encodedPath).stream()
                .map(PercentDecoder::segment)
                .toList();
        return tree.find(method, segments);
    }

    /** The shape of errors for this path. */
    ErrorShape errorsFor(String path) {
        return groupOf(path).errors();
    }

    /** The group that this path belongs to, whether or not it has a route for it. */
    RouteGroup groupOf(String path) {
        for (RouteGroup group : longestFirst) {
            if (group.covers(path)) {
                return group;
            }
        }
        throw new IllegalStateException("no group has the prefix /");
    }
}
