package dev.trivet.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Errors as plain pages.
 *
 * @param signInPath where a person without a session is sent instead of being told 401, with the page they wanted as {@code return_to}
 */
public record HtmlErrors(@Nullable String signInPath) implements ErrorShape {

    @Override
    public Response render(Problem problem, Exchange exchange) {
        boolean page = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (problem.kind() == Problem.Kind.NO_CREDENTIAL && page && signInPath != null) {
            return Response.seeOther(
                    signInPath + "?return_to=" + URLEncoder.encode(exchange.path(), StandardCharsets.UTF_8));
        }
        StringBuilder reasons = new StringBuilder();
        for (Problem.Detail detail : problem.details()) {
            String field = detail.field() == null ? "" : escape(detail.field()) + ": ";
            reasons.append("<p>").append(field).append(escape(detail.reason())).append("</p>\n");
        }
        String html = """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Error %d</title></head>
                <body>
                <h1>Error %d</h1>
                %s<p>Request %s</p>
                <p><a href="/">To the start page</a></p>
                </body>
                </html>
                """.formatted(problem.status(), problem.status(), reasons, escape(exchange.requestId()));
        return Response.html(problem.status(), html);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
