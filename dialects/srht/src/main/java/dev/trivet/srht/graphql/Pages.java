package dev.trivet.srht.graphql;

import dev.trivet.srht.Job;
import dev.trivet.srht.JobStore;
import graphql.schema.CoercingParseValueException;
import graphql.schema.DataFetchingEnvironment;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of jobs and where they begin (spec section 4.1). */
final class Pages {
    static final int SIZE = 25;

    private static final String MARK = "job:";

    private Pages() {}

    /**
     * A page.
     *
     * @param cursor of the next one, or null if this is the last
     */
    record Jobs(List<Job> results, @Nullable String cursor) {}

    /** The page of a user's jobs that the field's argument {@code cursor} names. */
    static Jobs of(JobStore jobs, long owner, boolean everything, DataFetchingEnvironment fetching) {
        Integer start = fetching.getArgument("cursor");
        List<Job> oneMore = jobs.browse(owner, start == null ? Integer.MAX_VALUE : start, SIZE + 1, everything);
        return oneMore.size() <= SIZE
                ? new Jobs(oneMore, null)
                : new Jobs(
                        List.copyOf(oneMore.subList(0, SIZE)),
                        cursor(oneMore.get(SIZE).id()));
    }

    private static String cursor(int first) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((MARK + first).getBytes(StandardCharsets.UTF_8));
    }

    /** The number of the first job of the page. */
    static Integer start(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith(MARK)) {
                return Integer.parseInt(text.substring(MARK.length()));
            }
        } catch (IllegalArgumentException e) {
            throw new CoercingParseValueException(
                    "this cursor is not one of ours; give back what the last page had", e);
        }
        throw new CoercingParseValueException("this cursor is not one of ours; give back what the last page had");
    }
}
