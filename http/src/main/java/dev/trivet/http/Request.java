package dev.trivet.http;

import dev.trivet.accounts.Principal;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.accounts.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A request whose route was found and whose caller was checked. Belongs to the thread that handles it. */
public final class Request {
    private final org.eclipse.jetty.server.Request jetty;
    private final ErrorShape.Exchange exchange;
    private final Map<String, String> parameters;
    private final Caller caller;
    private final RequestBody body;
    private @Nullable Fields query;
    private @Nullable Fields form;

    Request(
            org.eclipse.jetty.server.Request jetty,
            ErrorShape.Exchange exchange,
            Map<String, String> parameters,
            Caller caller,
            RequestBody body) {
        this.jetty = jetty;
        this.exchange = exchange;
        this.parameters = parameters;
        this.caller = caller;
        this.body = body;
    }

    /** The id of this request, also in the answer's {@code X-Request-Id}. */
    public String id() {
        return exchange.requestId();
    }

    /** The path as sent, without the query. */
    public String path() {
        return exchange.path();
    }

    /** True if only the headers of the answer are wanted; the body is left out by the server. */
    public boolean isHead() {
        return exchange.method().equals("HEAD");
    }

    /** Who calls. */
    public Caller caller() {
        return caller;
    }

    /** Who calls, if known. */
    public Optional<Principal> principal() {
        return caller.known();
    }

    /** Who calls, on a route that only lets known callers through. */
    public Principal requirePrincipal() {
        return caller.known()
                .orElseThrow(
                        () -> new IllegalStateException("the route of " + path() + " lets anonymous callers through"));
    }

    /** The runner token of the caller, on a route for runners. */
    public RunnerToken requireRunner() {
        if (caller instanceof Caller.ByRunner(RunnerToken token)) {
            return token;
        }
        throw new IllegalStateException("the route of " + path() + " lets others than runners through");
    }

    /** The web session the caller is known by, if it is one. */
    public Optional<Session> session() {
        return caller instanceof Caller.BySession(Session session) ? Optional.of(session) : Optional.empty();
    }

    /**
     * A parameter of the route's pattern, decoded.
     *
     * @throws IllegalArgumentException if the pattern has no such parameter
     */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route of " + path() + " has no parameter " + name);
        }
        return value;
    }

    /**
     * A parameter that is a positive number, such as an id.
     *
     * @throws HttpException 404 if it is none: there cannot be a thing of that id
     */
    public long id(String name) {
        String value = parameter(name);
        boolean digits =
                !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw HttpException.notFound("404 not found");
        }
        return Long.parseLong(value);
    }

    /**
     * The query's fields.
     *
     * @throws HttpException 400 if the query is not properly escaped
     */
    public Fields query() {
        Fields decoded = query;
        if (decoded == null) {
            String text = jetty.getHttpURI().getQuery();
            decoded = Fields.decode(text == null ? "" : text, "the query");
            query = decoded;
        }
        return decoded;
    }

    /** A header's first value. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(jetty.getHeaders().get(name));
    }

    /** A cookie's value. */
    public Optional<String> cookie(String name) {
        return org.eclipse.jetty.server.Request.getCookies(jetty).stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst();
    }

    /** True if the request says that its body is JSON ({@code application/json} or {@code …+json}, any parameters). */
    public boolean isJson() {
        return type().isJson();
    }

    /** True if the request says that its body is an HTML form. */
    public boolean isForm() {
        return type().isForm();
    }

    /**
     * The whole body.
     *
     * @throws HttpException 413 if it is larger than the route's limit
     */
    public byte[] bytes() throws IOException {
        return body.bytes();
    }

    /** The body as it comes; reading past the route's limit throws {@link HttpException} 413. To be used instead of the other ways. */
    public InputStream stream() {
        return body.stream();
    }

    /**
     * The body as JSON.
     *
     * @throws HttpException 415 if the request says that it is something else, 400 with the position of the mistake if it is no JSON
     */
    public JsonNode json() throws IOException {
        requireJson();
        return Json.read(bytes());
    }

    /**
     * The body as JSON object.
     *
     * @throws HttpException as {@link #json()}; 400 if it is JSON but no object
     */
    public ObjectNode jsonObject() throws IOException {
        JsonNode node = json();
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw HttpException.badRequest("the body should be a JSON object, not "
                + node.getNodeType().name().toLowerCase(Locale.ROOT));
    }

    /**
     * The body as a record made from JSON.
     *
     * @throws HttpException as {@link #json()}; 422 if it does not fit
     */
    public <T> T json(Class<T> type) throws IOException {
        requireJson();
        return Json.read(bytes(), type);
    }

    /**
     * The body as HTML form.
     *
     * @throws HttpException 400 if it is not properly escaped; the content type is not looked at
     */
    public Fields form() throws IOException {
        Fields decoded = form;
        if (decoded == null) {
            decoded = Fields.decode(new String(bytes(), StandardCharsets.UTF_8), "the form");
            form = decoded;
        }
        return decoded;
    }

    /** The address of the peer: of the proxy, if there is one. */
    public String remoteAddress() {
        return org.eclipse.jetty.server.Request.getRemoteAddr(jetty);
    }

    /** The offset or number after which a watcher wants to go on: its {@code Last-Event-ID}. */
    public Optional<String> lastEventId() {
        return header("Last-Event-ID");
    }

    ErrorShape.Exchange exchange() {
        return exchange;
    }

    RequestBody body() {
        return body;
    }

    private MediaType type() {
        return MediaType.parse(jetty.getHeaders().get(HttpHeader.CONTENT_TYPE));
    }

    private void requireJson() {
        MediaType type = type();
        if (!type.isJson()) {
            throw HttpException.of(
                    Problem.Kind.WRONG_TYPE,
                    (type.isAbsent() ? "the request has no Content-Type" : "the Content-Type is " + type.essence())
                            + ", but application/json is expected");
        }
    }
}
