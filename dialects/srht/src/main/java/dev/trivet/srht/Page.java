package dev.trivet.srht;

import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A page of things in descending order of their ids (spec section 3.1).
 *
 * @param results the things
 * @param next id of the first thing of the next page, or null when this is the last one
 * @param total how many there are on all pages
 */
public record Page<T>(List<T> results, @Nullable Long next, long total) {
    /** Things on one page of the REST API. */
    public static final int SIZE = 50;

    public Page {
        results = List.copyOf(results);
    }

    /** A page made of one thing more than it shows, if there are that many. */
    static <T> Page<T> of(List<T> oneMore, int size, long total, ToLongFunction<T> id) {
        return oneMore.size() <= size
                ? new Page<>(oneMore, null, total)
                : new Page<>(oneMore.subList(0, size), id.applyAsLong(oneMore.get(size)), total);
    }
}
