package dev.trivet.srht.graphql;

import dev.trivet.http.ErrorShape;
import dev.trivet.http.Problem;
import dev.trivet.http.Response;
import java.util.List;
import java.util.Map;

/** How requests that are not answered at all are told (spec section 4.1). */
final class GraphQlErrors {
    /** {@code {"errors": [{"message": …}]}}; 403 for tokens that do not count, as the reference has it. */
    static final ErrorShape SHAPE =
            (problem, exchange) -> Response.json(status(problem), Map.of("errors", errors(problem)));

    private GraphQlErrors() {}

    private static List<Map<String, String>> errors(Problem problem) {
        String prefix = concernsCredential(problem.kind()) ? "Authentication error: " : "";
        return problem.details().stream()
                .map(detail -> Map.of("message", prefix + detail.reason()))
                .toList();
    }

    private static int status(Problem problem) {
        return switch (problem.kind()) {
            case MALFORMED_CREDENTIAL -> 400;
            case UNKNOWN_TOKEN, EXPIRED_TOKEN, REVOKED_TOKEN -> 403;
            default -> problem.status();
        };
    }

    private static boolean concernsCredential(Problem.Kind kind) {
        return switch (kind) {
            case NO_CREDENTIAL, MALFORMED_CREDENTIAL, UNKNOWN_TOKEN, EXPIRED_TOKEN, REVOKED_TOKEN, SUSPENDED_USER ->
                true;
            default -> false;
        };
    }
}
