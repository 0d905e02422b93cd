package dev.trivet.harmont;

import dev.trivet.http.Fields;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a list, and the cursor of the rest if there is one.
 *
 * @param <T> a row
 */
record Page<T>(List<T> rows, @Nullable String next) {
    private static final int USUAL = 50;
    private static final int MOST = 100;

    Page {
        rows = List.copyOf(rows);
    }

    /** Of one row more than was asked for, which only tells that there are more. */
    static <T> Page<T> of(List<T> rows, Ask ask, Function<T, Cursor> cursor) {
        boolean more = rows.size() > ask.limit;
        List<T> shown = more ? rows.subList(0, ask.limit) : rows;
        return new Page<>(shown, more ? cursor.apply(shown.getLast()).toString() : null);
    }

    /** What a request asks for: a number that is no number is the usual one, a cursor that is none is the beginning. */
    record Ask(int limit, Optional<Cursor> after) {
        static Ask of(Fields query) {
            return new Ask(
                    limit(query.first("limit").orElse("")),
                    query.first("cursor").flatMap(Cursor::parse));
        }

        /** How many rows to read: one more than to show. */
        int rows() {
            return limit + 1;
        }

        private static int limit(String text) {
            int end = 0;
            while (end < text.length()
                    && end < 9
                    && (Character.isDigit(text.charAt(end)) || (end == 0 && text.startsWith("-")))) {
                end++;
            }
            try {
                return Math.clamp(Integer.parseInt(text.substring(0, end)), 1, MOST);
            } catch (NumberFormatException none) {
                return USUAL;
            }
        }
    }
}
