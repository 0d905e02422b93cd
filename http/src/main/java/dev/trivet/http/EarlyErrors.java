package dev.trivet.http;

import dev.trivet.http.Problem.Kind;
import java.io.IOException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Tells errors that are found before a request reaches the table (unreadable requests, a server that stops) in the shape of the path's group. */
final class EarlyErrors implements org.eclipse.jetty.server.Request.Handler {
    private final Routes routes;
    private final ResponseWriter writer;

    EarlyErrors(Routes routes, ResponseWriter writer) {
        this.routes = routes;
        this.writer = writer;
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request request, org.eclipse.jetty.server.Response response, Callback callback) {
        ErrorShape.Exchange exchange = Dispatcher.exchange(request);
        int status = response.getStatus() >= 400 ? response.getStatus() : 500;
        Kind kind = Kind.ofStatus(status);
        Problem problem = Problem.of(kind, reason(status, request.getAttribute(ErrorHandler.ERROR_EXCEPTION)))
                .withStatus(status);
        if (status == 503) {
            problem = problem.with(new Header("Retry-After", "1"));
        }
        Response rendered = routes.errorsFor(exchange.path()).render(problem, exchange);
        for (Header header : problem.headers()) {
            rendered = rendered.with(header);
        }
        for (Header header : routes.groupOf(exchange.path()).headers()) {
            rendered = rendered.with(header);
        }
        // What could not be read may not end where it seems to: nothing more is taken from this connection.
        rendered = rendered.with("Connection", "close");
        try {
            writer.write(rendered, exchange.requestId(), response, null, callback);
        } catch (IOException e) {
            callback.failed(e);
        }
        return true;
    }

    private static String reason(int status, @Nullable Object cause) {
        if (cause instanceof org.eclipse.jetty.http.HttpException bad && bad.getReason() != null) {
            return "the request is not well-formed: " + bad.getReason();
        }
        return switch (status) {
            case 408 -> "the request came too slowly";
            case 414, 431 -> "the request's line and headers are too large";
            case 500 -> "an error on our side";
            case 503 -> "the server is stopping; try again in a few seconds";
            default -> status + " " + HttpStatus.getMessage(status);
        };
    }
}
