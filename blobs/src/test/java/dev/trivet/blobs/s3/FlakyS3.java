package dev.trivet.blobs.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stands before a server of S3, passes requests on, and does to some of them what networks and busy servers do. */
final class FlakyS3 implements AutoCloseable {
    private static final Set<String> OWN =
            Set.of("connection", "host", "content-length", "expect", "transfer-encoding");

    private final HttpServer server;
    private final URI target;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Trouble> trouble = new AtomicReference<>(_ -> null);

    /** What was asked, as {@code METHOD path?query}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Says what happens to a request; null for nothing. */
    @FunctionalInterface
    interface Trouble {
        @Nullable
        Act of(String request) throws IOException;
    }

    /** What happens. */
    sealed interface Act {
        /** Another answer, in the manner of S3. */
        record Refuse(int status, String code) implements Act {}

        /** The answer, but the connection ends after so many bytes. */
        record CutAfter(int bytes) implements Act {}
    }

    FlakyS3(int port) throws IOException {
        target = URI.create("http://127.0.0.1:" + port);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void make(Trouble next) {
        trouble.set(next);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            requests.add(request);
            Act act = trouble.get().of(request);
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (act instanceof Act.Refuse(int status, String code)) {
                refuse(exchange, status, code);
                return;
            }
            HttpResponse<InputStream> answer = ask(exchange, body);
            answer.headers().map().forEach((name, values) -> {
                if (!OWN.contains(name)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            byte[] bytes = answer.body().readAllBytes();
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
                answer.headers()
                        .firstValue("content-length")
                        .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
            }
            exchange.sendResponseHeaders(answer.statusCode(), head || bytes.length == 0 ? -1 : bytes.length);
            int sent = act instanceof Act.CutAfter(int most) ? Math.min(most, bytes.length) : bytes.length;
            if (!head && bytes.length > 0) {
                OutputStream out = exchange.getResponseBody();
                out.write(bytes, 0, sent);
                out.flush();
            }
        }
    }

    private HttpResponse<InputStream> ask(HttpExchange exchange, byte[] body) throws IOException {
        var builder = HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        try {
            return client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        byte[] xml = ("<?xml version=\"1.0\"?><Error><Code>" + code
                        + "</Code><Message>the server says so</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : xml.length);
        if (!head) {
            exchange.getResponseBody().write(xml);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
