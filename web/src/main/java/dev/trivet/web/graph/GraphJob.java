package dev.trivet.web.graph;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job as a picture shows it.
 *
 * @param kind of its state, which gives it colour
 * @param word for its state
 * @param href path of its page
 * @param ready since when it could run, or null
 * @param prerequisites the jobs it waits for; those that the picture does not have are left out
 */
public record GraphJob(
        long id,
        String name,
        String kind,
        String word,
        String href,
        @Nullable Instant ready,
        @Nullable Instant started,
        @Nullable Instant finished,
        List<Link> prerequisites) {
    public GraphJob {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(word, "word is null");
        prerequisites = List.copyOf(prerequisites);
    }

    /**
     * One prerequisite.
     *
     * @param base whether the job stands on its file system
     */
    public record Link(long from, boolean base) {}
}
