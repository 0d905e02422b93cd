package dev.trivet.web;

import dev.trivet.http.ErrorShape;
import dev.trivet.http.Problem;
import dev.trivet.http.Response;
import dev.trivet.web.view.ErrorNote;
import java.util.Objects;

/** Errors as pages; who must sign in first is sent there. Thread-safe. */
final class PageErrors implements ErrorShape {
    private final Templates templates;
    private final Frames frames;

    PageErrors(Templates templates, Frames frames) {
        this.templates = Objects.requireNonNull(templates, "templates is null");
        this.frames = Objects.requireNonNull(frames, "frames is null");
    }

    @Override
    public Response render(Problem problem, Exchange exchange) {
        boolean page = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (page && problem.kind() == Problem.Kind.NO_CREDENTIAL) {
            return Response.seeOther("/login?return_to=" + LocalPath.encoded(exchange.path()));
        }
        String heading = heading(problem);
        ErrorNote note = new ErrorNote(
                problem.status(),
                heading,
                problem.details().stream().map(PageErrors::sentence).toList(),
                exchange.requestId());
        // Who it is was not found out, or does not matter any more.
        return Response.html(
                problem.status(), templates.error(frames.of(heading, Viewer.ANYBODY, exchange.path(), 0), note));
    }

    private static String sentence(Problem.Detail detail) {
        String field = detail.field();
        if (field == null && detail.reason().equals("404 not found")) {
            return "There is nothing at this address, or nothing that you may see. If it should be yours, sign in.";
        }
        return field == null || detail.reason().startsWith(field) ? detail.reason() : field + ": " + detail.reason();
    }

    private static String heading(Problem problem) {
        return switch (problem.status()) {
            case 400 -> "The request cannot be understood";
            case 401 -> "Sign in first";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Not possible here";
            case 409 -> "Not possible now";
            case 413 -> "Too large";
            case 416 -> "No such part";
            case 503 -> "Not available at the moment";
            default -> problem.status() >= 500 ? "An error on our side" : "The request was refused";
        };
    }
}
