package dev.trivet.logs;

import java.util.List;

/**
 * What a search found.
 *
 * @param hits in order, not overlapping
 * @param next where to go on searching
 * @param complete everything that the log held was searched; false when a bound ended the search before
 */
public record LogHits(List<LogHit> hits, long next, boolean complete) {
    public LogHits {
        hits = List.copyOf(hits);
    }
}
