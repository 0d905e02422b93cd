package dev.trivet.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Answers as GitHub does: a code counts once, with the secret and with the proof to the challenge that it was asked for with. */
final class FakeGithub implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> challenges = new ConcurrentHashMap<>();
    final List<String> agents = new CopyOnWriteArrayList<>();
    volatile String user = "{\"id\": 7, \"login\": \"octo-cat\"}";
    volatile String emails = "[]";

    FakeGithub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/login/oauth/access_token", this::token);
        server.createContext("/user", exchange -> ask(exchange, "/user/emails".equals(path(exchange)) ? emails : user));
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Somebody confirms at this address: the code with which the browser comes back. */
    String confirm(URI authorize) {
        Map<String, String> query = fields(authorize.getRawQuery());
        String code = "code-" + challenges.size();
        challenges.put(code, query.get("code_challenge"));
        return code;
    }

    static Map<String, String> fields(String text) {
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = fields(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String challenge = challenges.remove(form.get("code"));
        boolean good = "the-secret".equals(form.get("client_secret"))
                && challenge != null
                && challenge.equals(challengeOf(form.get("code_verifier")));
        answer(exchange, good ? "{\"access_token\": \"gho_1\"}" : "{\"error\": \"bad_verification_code\"}");
    }

    private void ask(HttpExchange exchange, String body) throws IOException {
        agents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
        boolean known = "Bearer gho_1".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && "application/vnd.github+json"
                        .equals(exchange.getRequestHeaders().getFirst("Accept"));
        answer(exchange, known ? body : "{}");
    }

    private static String path(HttpExchange exchange) {
        return exchange.getRequestURI().getPath();
    }

    private static String challengeOf(String proof) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(proof.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
