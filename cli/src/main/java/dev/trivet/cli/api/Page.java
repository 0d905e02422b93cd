package dev.trivet.cli.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list (spec section 3.1).
 *
 * @param next what to ask for to get the next page; empty on the last one
 * @param total how many there are on all pages
 */
public record Page<T>(List<T> results, Optional<String> next, long total) {
    public Page {
        results = List.copyOf(results);
    }
}
