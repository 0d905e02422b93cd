package dev.trivet.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Headless Chromium with one page, over its DevTools protocol. */
final class Browser implements AutoCloseable, WebSocket.Listener {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final long PATIENCE = Duration.ofSeconds(20).toNanos();

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final StringBuilder message = new StringBuilder();
    /** What the page complained about: script errors, violations of the content security policy. */
    final List<String> complaints = new CopyOnWriteArrayList<>();

    Browser(Path profile) throws Exception {
        if (!Files.isExecutable(PROGRAM)) {
            throw new AssertionError("these tests need " + PROGRAM + "; install it with: apt-get install chromium");
        }
        this.process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-proxy-server",
                        "--hide-scrollbars",
                        "--disable-dev-shm-usage",
                        "--renderer-process-limit=1",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolveSibling("chromium.log").toFile())
                .start();
        String port = Files.readAllLines(appears(profile.resolve("DevToolsActivePort")))
                .getFirst();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody());
        var page = JSON.readTree(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body());
        this.socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(page.get("webSocketDebuggerUrl").stringValue()), this)
                .get(20, TimeUnit.SECONDS);
        command("Page.enable", Map.of());
        command("Runtime.enable", Map.of());
        command("Log.enable", Map.of());
    }

    private Path appears(Path file) throws Exception {
        long end = System.nanoTime() + PATIENCE;
        while (!Files.exists(file) || Files.size(file) == 0) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("Chromium does not start: "
                        + Files.readString(file.getParent().resolveSibling("chromium.log")));
            }
            Thread.sleep(20);
        }
        return file;
    }

    JsonNode command(String method, Map<String, ?> parameters) throws Exception {
        int id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(id, answer);
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                .get(20, TimeUnit.SECONDS);
        JsonNode node = answer.get(30, TimeUnit.SECONDS);
        if (node.has("error")) {
            throw new AssertionError(method + ": " + node.get("error"));
        }
        return node.get("result");
    }

    void open(URI address) throws Exception {
        command("Page.navigate", Map.of("url", address.toString()));
        await("document.readyState === 'complete' && location.href.startsWith('http')");
    }

    /** The value of a JavaScript expression. */
    JsonNode value(String expression) throws Exception {
        var result = command(
                "Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        JsonNode value = result.get("result").get("value");
        return value == null ? JSON.nullNode() : value;
    }

    String text(String expression) throws Exception {
        return value(expression).asString("");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws Exception {
        long end = System.nanoTime() + PATIENCE;
        while (!value("Boolean(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not within 20 s: " + expression + "\n" + complaints + "\n" + text("document.body.innerText"));
            }
            Thread.sleep(25);
        }
    }

    void look(int width, int height, boolean dark) throws Exception {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void screenshot(String name) throws Exception {
        var picture = command("Page.captureScreenshot", Map.of("format", "png"));
        Path file = Path.of("target", "screenshots", name + ".png");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(picture.get("data").stringValue()));
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            JsonNode node = JSON.readTree(message.toString());
            message.setLength(0);
            received(node);
        }
        from.request(1);
        return null;
    }

    private void received(JsonNode node) {
        if (node.has("id")) {
            waiting.remove(node.get("id").intValue()).complete(node);
            return;
        }
        String method = node.get("method").stringValue();
        if (method.equals("Runtime.exceptionThrown") || method.equals("Log.entryAdded")) {
            complaints.add(node.get("params").toString());
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        client.close();
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        family.forEach(ProcessHandle::destroyForcibly);
        family.forEach(handle -> handle.onExit().join());
    }
}
