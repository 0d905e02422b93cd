package dev.trivet.srht;

import dev.trivet.http.ErrorShape;
import dev.trivet.http.Problem;
import dev.trivet.http.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shapes in which this dialect tells errors. */
public final class SrhtErrors {
    /** {@code {"errors":[{"field": "x", "reason": "text"}]}}, without {@code field} where there is none (spec section 3.1). */
    public static final ErrorShape JSON = (problem, exchange) -> Response.json(
            problem.status(),
            Map.of("errors", problem.details().stream().map(SrhtErrors::error).toList()));

    /** Plain text, for logs and files. */
    public static final ErrorShape TEXT = (problem, exchange) -> Response.text(problem.status(), text(problem));

    private SrhtErrors() {}

    private static Map<String, String> error(Problem.Detail detail) {
        Map<String, String> error = new LinkedHashMap<>();
        if (detail.field() != null) {
            error.put("field", detail.field());
        }
        error.put("reason", detail.reason());
        return error;
    }

    private static String text(Problem problem) {
        List<String> reasons =
                problem.details().stream().map(Problem.Detail::reason).toList();
        return String.join("\n", reasons) + "\n";
    }
}
