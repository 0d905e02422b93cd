package dev.trivet.cli.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers as a server does that has one build, acme/web/1, with whatever jobs and troubles a test wants. */
final class StubServer implements AutoCloseable {
    private static final Pattern LAST = Pattern.compile("last_event_id=(\\d+)");

    final AtomicInteger openStreams = new AtomicInteger();
    final AtomicInteger mostStreams = new AtomicInteger();
    final Map<String, List<Long>> askedAfter = new ConcurrentHashMap<>();
    private final Map<String, Function<HttpExchange, String>> answers = new ConcurrentHashMap<>();
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private final HttpServer server;

    /** Writes the events of a log that stand behind a line; when it returns the connection ends. */
    interface Stream {
        void write(OutputStream out, long after) throws IOException, InterruptedException;
    }

    StubServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        answer("/log-token", exchange -> "{\"token\":\"t\"}");
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What is answered behind the build's path; a text that begins with a number is an error of that status. */
    void answer(String path, Function<HttpExchange, String> answer) {
        answers.put("/api/v0/organizations/acme/pipelines/web/builds/1" + path, answer);
    }

    void stream(String job, Stream stream) {
        streams.put("/v0/jobs/" + job + "/logs", stream);
    }

    static String job(String id, String state) {
        boolean ended = !state.equals("running");
        return "{\"id\":\"" + id + "\",\"step_key\":\"" + id + "\",\"state\":\"" + state
                + "\",\"depends_on\":[],\"exit_code\":" + (ended ? "0" : "null")
                + ",\"soft_failed\":false,\"started_at\":"
                + "\"2026-01-01T00:00:00Z\",\"finished_at\":" + (ended ? "\"2026-01-01T00:00:01Z\"" : "null") + "}";
    }

    /** An event of these lines, numbered from {@code first}. */
    static String history(long first, List<String> lines) {
        List<String> chunks = new ArrayList<>();
        for (int index = 0; index < lines.size(); index++) {
            chunks.add("{\"seq\":" + (first + index) + ",\"content\":\"" + lines.get(index) + "\\n\"}");
        }
        return "event: history\ndata: {\"chunks\":[" + String.join(",", chunks) + "]}\n\n";
    }

    static String chunk(long number, String line) {
        return "id: " + number + "\nevent: chunk\ndata: {\"seq\":" + number + ",\"content\":\"" + line + "\\n\"}\n\n";
    }

    static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Stream stream = streams.get(path);
            if (stream != null) {
                stream(exchange, path, stream);
                return;
            }
            Function<HttpExchange, String> answer = answers.get(path);
            String text = answer == null ? "404" : answer.apply(exchange);
            boolean error = Character.isDigit(text.charAt(0));
            byte[] bytes = (error ? "{}" : text).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(error ? Integer.parseInt(text) : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private void stream(HttpExchange exchange, String path, Stream stream) throws IOException {
        Matcher matcher = LAST.matcher(exchange.getRequestURI().getQuery());
        long after = matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        askedAfter.computeIfAbsent(path, key -> new ArrayList<>()).add(after);
        mostStreams.accumulateAndGet(openStreams.incrementAndGet(), Math::max);
        try {
            exchange.sendResponseHeaders(200, 0);
            stream.write(exchange.getResponseBody(), after);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            openStreams.decrementAndGet();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
