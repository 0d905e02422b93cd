package dev.trivet.harmont;

import dev.trivet.http.Access;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.ErrorShape;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The pages that the {@code doc_url} of errors names: what a code means and what to do. Plain text: nothing of a request is in it. */
final class ErrorPages {
    private final ErrorShape errors;

    ErrorPages(ErrorShape errors) {
        this.errors = Objects.requireNonNull(errors, "errors is null");
    }

    RouteGroup group() {
        return new RouteGroup(
                "/api/errors",
                errors,
                Set.<CredentialKind>of(),
                List.of(
                        Route.get("/api/errors", Access.PUBLIC_LENIENT, request -> Response.text(all())),
                        Route.get("/api/errors/{slug}", Access.PUBLIC_LENIENT, this::one)));
    }

    private Response one(Request request) {
        return Response.text(ErrorCode.ofSlug(request.parameter("slug"))
                .map(ErrorPages::text)
                .orElseThrow(() -> HttpException.notFound("there is no such error code; /api/errors lists them")));
    }

    private static String all() {
        StringBuilder text = new StringBuilder("Error codes of the API\n\n");
        for (ErrorCode code : ErrorCode.values()) {
            text.append(text(code)).append('\n');
        }
        return text.toString();
    }

    private static String text(ErrorCode code) {
        return code.wireName() + " (HTTP " + code.status() + ", type " + code.type() + ")\n    " + code.advice() + "\n";
    }
}
