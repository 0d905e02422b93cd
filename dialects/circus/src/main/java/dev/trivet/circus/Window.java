package dev.trivet.circus;

import dev.trivet.http.Fields;
import dev.trivet.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a list (spec section 2.1): limits are clamped, not refused.
 *
 * @param limit most items, at least 1
 * @param offset how many items come before, at least 0
 */
public record Window(int limit, long offset) {
    private static final int USUAL = 50;
    private static final int MOST = 200;

    /** What a request asks for: 50 of at most 200. */
    public static Window of(Request request) {
        return of(request, USUAL, MOST);
    }

    /** The same with other bounds. */
    public static Window of(Request request, int usual, int most) {
        Fields query = request.query();
        long limit = number(query, "limit", usual);
        long offset = number(query, "offset", 0);
        return new Window(Math.clamp(limit, 1, most), Math.max(0, offset));
    }

    /** The answer with the items of this part. */
    public Map<String, Object> page(List<?> items, long total) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("items", items);
        page.put("total", total);
        page.put("limit", limit);
        page.put("offset", offset);
        return page;
    }

    private static long number(Fields query, String name, long otherwise) {
        String text = query.first(name).orElse("");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw CircusErrors.invalid(name, "expected a whole number, not '" + text + "'");
        }
    }
}
