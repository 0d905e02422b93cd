package dev.trivet.http;

import dev.trivet.core.StorageFullException;
import dev.trivet.http.RouteTree.Match;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads a request through the table: route, caller, body limit, handler, answer; and whatever goes wrong to its group's shape of errors. */
final class Dispatcher extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Logger ACCESS_LOG = LoggerFactory.getLogger("dev.trivet.http.access");

    private final Routes routes;
    private final Doorman doorman;
    private final ResponseWriter writer;
    private final Duration bodyTimeout;

    Dispatcher(Routes routes, Doorman doorman, ResponseWriter writer, Duration bodyTimeout) {
        this.routes = routes;
        this.doorman = doorman;
        this.writer = writer;
        this.bodyTimeout = bodyTimeout;
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request jetty, org.eclipse.jetty.server.Response response, Callback callback) {
        ErrorShape.Exchange exchange = exchange(jetty);
        if (ACCESS_LOG.isDebugEnabled()) {
            logWhenDone(jetty, response, exchange);
        }
        // Only a read or write that waits for the client can time out; a handler may think as long as it likes.
        jetty.addIdleTimeoutListener(timeout -> false);
        Transaction transaction = new Transaction(jetty, response, exchange);
        try {
            transaction.run(callback);
        } catch (IOException | RuntimeException e) {
            if (e instanceof RuntimeException) {
                LOG.error("request {} {} {} failed", exchange.requestId(), exchange.method(), exchange.path(), e);
            } else {
                LOG.debug(
                        "request {} {} {} ended: {}",
                        exchange.requestId(),
                        exchange.method(),
                        exchange.path(),
                        e.toString());
            }
            callback.failed(e);
        }
        return true;
    }

    /** What is known of the request, however broken it is. */
    static ErrorShape.Exchange exchange(org.eclipse.jetty.server.Request jetty) {
        String path = jetty.getHttpURI().getPath();
        return new ErrorShape.Exchange(
                RequestIds.of(jetty.getHeaders().get("X-Request-Id")),
                jetty.getMethod() == null ? "" : jetty.getMethod(),
                path == null || !path.startsWith("/") ? "/" : path);
    }

    private static void logWhenDone(
            org.eclipse.jetty.server.Request jetty,
            org.eclipse.jetty.server.Response response,
            ErrorShape.Exchange exchange) {
        // Never the query: some contracts put a token there.
        org.eclipse.jetty.server.Request.addCompletionListener(
                jetty,
                failure -> ACCESS_LOG.debug(
                        "{} {} {} {} {} ms{}",
                        exchange.requestId(),
                        exchange.method(),
                        exchange.path(),
                        response.getStatus(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - jetty.getHeadersNanoTime()),
                        failure == null ? "" : " " + failure));
    }

    /** One request on its way. */
    private final class Transaction {
        private final org.eclipse.jetty.server.Request jetty;
        private final org.eclipse.jetty.server.Response response;
        private final ErrorShape.Exchange exchange;
        private @Nullable RequestBody body;

        Transaction(
                org.eclipse.jetty.server.Request jetty,
                org.eclipse.jetty.server.Response response,
                ErrorShape.Exchange exchange) {
            this.jetty = jetty;
            this.response = response;
            this.exchange = exchange;
        }

        void run(Callback callback) throws IOException {
            try {
                writer.write(asItsGroupSays(answer()), exchange.requestId(), response, body, callback);
            } catch (ClientGoneException e) {
                throw e;
            } catch (HttpException e) {
                refuse(e.problem(), callback, e);
            } catch (DatabaseUnavailableException e) {
                LOG.debug("request {}: {}", exchange.requestId(), e.getMessage());
                refuse(unavailable("the database cannot be reached at the moment; try again in a second"), callback, e);
            } catch (StorageFullException e) {
                LOG.warn("request {}: {}", exchange.requestId(), e.getMessage());
                refuse(Problem.of(Problem.Kind.NO_ROOM, String.valueOf(e.getMessage())), callback, e);
            } catch (InterruptedException e) {
                refuse(unavailable("the server is stopping; try again in a few seconds"), callback, e);
            } catch (IOException | RuntimeException e) {
                if (response.isCommitted() && e instanceof IOException io) {
                    throw io;
                }
                LOG.error("request {} {} {} failed", exchange.requestId(), exchange.method(), exchange.path(), e);
                refuse(
                        Problem.of(
                                Problem.Kind.INTERNAL,
                                "an error on our side; the server's log has it under request id "
                                        + exchange.requestId()),
                        callback,
                        e);
            }
        }

        private Response answer() throws IOException, InterruptedException {
            String path =
                    Optional.ofNullable(jetty.getHttpURI().getCanonicalPath()).orElse("/");
            boolean options = exchange.method().equals("OPTIONS");
            Optional<Method> method = Method.named(exchange.method());
            Match match = routes.find(method.orElse(null), path);
            Optional<Response> refused =
                    groupOf(match).gate().refuse(org.eclipse.jetty.server.Request.getRemoteAddr(jetty));
            if (refused.isPresent()) {
                body = body(0);
                return refused.get();
            }
            return switch (match) {
                case Match.Found(RouteGroup group, Route route, var parameters) -> {
                    RequestBody taken = body(route);
                    body = taken;
                    Caller caller = doorman.admit(group, route, jetty);
                    if (!route.method().isSafe()) {
                        refuseEncoded();
                        taken.checkAnnounced();
                    }
                    Request request = new Request(jetty, exchange, parameters, caller, taken);
                    checkCsrf(route, request);
                    yield route.handler().handle(request);
                }
                case Match.WrongMethod(Set<Method> allowed) -> {
                    body = body(0);
                    Header allow = new Header("Allow", allow(allowed));
                    if (options) {
                        yield preflight(Response.empty(204).with(allow));
                    }
                    throw new HttpException(Problem.of(
                                    Problem.Kind.WRONG_METHOD,
                                    exchange.method() + " is not possible here; possible are " + allow.value())
                            .with(allow));
                }
                case Match.Nothing() -> {
                    body = body(0);
                    throw HttpException.notFound("404 not found");
                }
            };
        }

        private RouteGroup groupOf(Match match) {
            return match instanceof Match.Found(RouteGroup group, Route _, var _)
                    ? group
                    : routes.groupOf(exchange.path());
        }

        /** With what its group says of every answer, and what a browser has to know before it gives it to another site's script. */
        private Response asItsGroupSays(Response plain) {
            Response answer = plain;
            for (Header header : routes.groupOf(exchange.path()).headers()) {
                answer = answer.with(header);
            }
            for (Header header : routes.groupOf(exchange.path()).cors().answer(origin())) {
                answer = answer.with(header);
            }
            return answer;
        }

        private Response preflight(Response plain) {
            Response answer = plain;
            for (Header header : routes.groupOf(exchange.path()).cors().preflight(origin())) {
                answer = answer.with(header);
            }
            return answer;
        }

        private @Nullable String origin() {
            return jetty.getHeaders().get(HttpHeader.ORIGIN);
        }

        private void checkCsrf(Route route, Request request) throws IOException {
            if (Doorman.needsCsrfToken(route, request.caller())) {
                Optional<String> shown = request.header("X-CSRF-Token");
                if (shown.isEmpty() && request.isForm()) {
                    shown = request.form().first("csrf_token").or(() -> formField(request, "_csrf_token"));
                }
                Doorman.checkCsrfToken(request.session().orElseThrow(), shown);
            }
        }

        private static Optional<String> formField(Request request, String name) {
            try {
                return request.form().first(name);
            } catch (IOException e) {
                throw new IllegalStateException("a form that was decoded cannot fail", e);
            }
        }

        private RequestBody body(Route route) {
            return body(route.bodyLimit());
        }

        private RequestBody body(long limit) {
            return new RequestBody(
                    org.eclipse.jetty.server.Request.asInputStream(jetty),
                    jetty.getLength(),
                    jetty.getHeaders().contains(HttpHeader.EXPECT),
                    limit,
                    bodyTimeout);
        }

        private void refuseEncoded() {
            String encoding = jetty.getHeaders().get(HttpHeader.CONTENT_ENCODING);
            if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
                throw HttpException.of(
                        Problem.Kind.WRONG_TYPE,
                        "bodies with Content-Encoding " + encoding + " are not taken; send it plain");
            }
        }

        private void refuse(Problem problem, Callback callback, Throwable cause) throws IOException {
            if (response.isCommitted()) {
                throw new IOException("the answer had begun already", cause);
            }
            response.reset();
            Response rendered = routes.errorsFor(exchange.path()).render(problem, exchange);
            for (Header header : problem.headers()) {
                rendered = rendered.with(header);
            }
            rendered = asItsGroupSays(rendered);
            if (problem.kind() == Problem.Kind.BODY_TOO_LARGE || problem.kind() == Problem.Kind.TOO_SLOW) {
                rendered = rendered.with("Connection", "close");
            }
            writer.write(rendered, exchange.requestId(), response, body, callback);
        }

        private static Problem unavailable(String reason) {
            return Problem.of(Problem.Kind.UNAVAILABLE, reason).with(new Header("Retry-After", "1"));
        }

        private static String allow(Set<Method> methods) {
            Set<String> names = methods.stream().map(Method::name).collect(Collectors.toCollection(TreeSet::new));
            if (methods.contains(Method.GET)) {
                names.add("HEAD");
            }
            names.add("OPTIONS");
            return String.join(", ", names);
        }
    }
}
