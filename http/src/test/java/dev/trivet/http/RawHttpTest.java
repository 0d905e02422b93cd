package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strange, broken and hostile clients get. */
class RawHttpTest {
    private static LiveServer live;

    @BeforeAll
    static void start() {
        ErrorShape api = (problem, exchange) -> Response.json(problem.status(), List.of(problem.reason()));
        ErrorShape pages = (problem, exchange) -> Response.html(problem.status(), "<p>page</p>");
        List<Route> routes = List.of(
                Route.get("/api/echo/{x}", Access.PUBLIC, r -> Response.text("x=" + r.parameter("x"))),
                Route.post("/api/body", Access.PUBLIC, r -> Response.text("got " + r.bytes().length)),
                Route.post("/api/ignores", Access.PUBLIC, r -> Response.text("ignored")),
                Route.get("/api/fails", Access.PUBLIC, r -> {
                    throw new IllegalArgumentException("a mistake of ours");
                }));
        live = LiveServer.of(
                HttpSettings.on("127.0.0.1", 0)
                        .withTimeouts(Duration.ofSeconds(2), Duration.ofMillis(600), Duration.ofMillis(900)),
                new Routes(List.of(
                        new RouteGroup("/api", api, Set.of(), routes),
                        new RouteGroup("/", pages, Set.of(), List.of()))),
                new TestIdentities());
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void closesWhenAskedTo() throws Exception {
        String answer = live.raw("GET /api/echo/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 2000);
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("x=1")
                .endsWith("<closed>")
                .doesNotContain("Server:");
    }

    @Test
    void keepsTheConnectionOtherwise() throws Exception {
        String one = "GET /api/echo/1 HTTP/1.1\r\nHost: h\r\n\r\n";
        String two = "GET /api/echo/2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        assertThat(live.raw(one + two, 2000)).contains("x=1").contains("x=2").endsWith("<closed>");
    }

    @Test
    void speaksHttp10() throws Exception {
        assertThat(live.raw("GET /api/echo/1 HTTP/1.0\r\n\r\n", 2000))
                .contains(" 200 ")
                .endsWith("<closed>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "GET /api/echo/1 HTTP/1.1\r\n\r\n",
                "GET /api/echo/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /api/echo/1 HTTP/1.1\nHost: h\n\n",
                "GET /api/echo/1 HTTP/1.1\r\nHost : h\r\n\r\n",
                "GET /api/echo/1 HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
                "GET /api/echo/..%2fsecret HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/a%2fb HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/%2e%2e/x HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/%2 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/%ff HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/%u0041 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/a%00b HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/a%0ab HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api//echo/1 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /api/echo/1 HTTP/9.9\r\nHost: h\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
            })
    void refusesWhatIsBroken(String request) throws Exception {
        String answer = live.raw(request, 4000);
        assertThat(answer).matches("(?s)HTTP/1\\.[01] (400|505) .*").endsWith("<closed>");
    }

    @Test
    void tellsEarlyErrorsInTheShapeOfThePath() throws Exception {
        String api = live.raw("GET /api/..%2fx HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 2000);
        assertThat(api).contains("application/json").contains("[\"the request is not well-formed");
        String page = live.raw("GET /..%2fx HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 2000);
        assertThat(page).contains("<p>page</p>").contains("Content-Security-Policy");
    }

    @Test
    void boundsTheHeaders() throws Exception {
        String answer =
                live.raw("GET /api/echo/1 HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n", 2000);
        assertThat(answer).startsWith("HTTP/1.1 431 ").endsWith(">");
        assertThat(live.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n", 2000))
                .startsWith("HTTP/1.1 414 ");
    }

    @Test
    void refusesALargeBodyBeforeItIsSent() throws Exception {
        try (Socket socket = live.connect()) {
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write("POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 20971520\r\n\r\nabc"
                            .getBytes(StandardCharsets.ISO_8859_1));
            byte[] status = new byte[12];
            assertThat(socket.getInputStream().readNBytes(status, 0, 12)).isEqualTo(12);
            assertThat(new String(status, StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void letsAClientThatSendsAllTheSameReadWhy() {
        var answer = live.send("POST", "/api/body", HttpRequest.BodyPublishers.ofByteArray(new byte[20 << 20]));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("20971520 bytes").contains("at most 1048576");
    }

    @Test
    void refusesALargeChunkedBodyToo() {
        var body = HttpRequest.BodyPublishers.ofInputStream(() -> new InputStream() {
            private int left = 20 << 20;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }
        });
        var answer = live.send("POST", "/api/body", body);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("more than 1048576 bytes came");
    }

    @Test
    void asksForNothingThatItWillRefuse() throws Exception {
        String answer = live.raw(
                "POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 20971520\r\nExpect: 100-continue\r\n\r\n", 3000);
        assertThat(answer)
                .startsWith("HTTP/1.1 413 ")
                .doesNotContain("100 Continue")
                .endsWith("<closed>");
    }

    @Test
    void continuesWhenTheBodyIsWelcome() throws Exception {
        try (Socket socket = live.connect()) {
            socket.setSoTimeout(3000);
            socket.getOutputStream()
                    .write(
                            "POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
            byte[] interim = new byte[12];
            assertThat(socket.getInputStream().readNBytes(interim, 0, 12)).isEqualTo(12);
            assertThat(new String(interim, StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 100");
            socket.getOutputStream().write("abc".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("got 3");
        }
    }

    @Test
    void survivesAClientThatLeavesHalfWay() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = live.connect()) {
                socket.getOutputStream()
                        .write("POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\nabc"
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(live.post("/api/body", "four").body()).isEqualTo("got 4");
    }

    @Test
    void givesUpOnABodyThatStops() throws Exception {
        String answer = live.raw("POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\nabc", 8000);
        assertThat(answer).contains(" 408 ").contains("stopped after 3 bytes").endsWith("<closed>");
    }

    @Test
    void givesUpOnABodyThatTrickles() throws Exception {
        try (Socket socket = live.connect()) {
            socket.setSoTimeout(100);
            socket.getOutputStream()
                    .write("POST /api/body HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(trickle(socket, Duration.ofSeconds(10)))
                    .contains(" 408 ")
                    .contains("too slowly");
        }
    }

    @Test
    void givesUpOnHeadersThatTrickle() throws Exception {
        try (Socket socket = live.connect()) {
            socket.setSoTimeout(100);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.ISO_8859_1));
            long start = System.nanoTime();
            trickle(socket, Duration.ofSeconds(10));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void givesUpOnLaterHeadersThatTrickleToo() throws Exception {
        try (Socket socket = live.connect()) {
            socket.setSoTimeout(100);
            socket.getOutputStream()
                    .write("GET /api/echo/1 HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nX: "
                            .getBytes(StandardCharsets.ISO_8859_1));
            long start = System.nanoTime();
            assertThat(trickle(socket, Duration.ofSeconds(10))).contains("x=1");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    /** Sends a byte every 100 ms until the server closes; returns what it said. */
    private static String trickle(Socket socket, Duration most) throws Exception {
        StringBuilder answer = new StringBuilder();
        long start = System.nanoTime();
        byte[] buffer = new byte[8192];
        while (System.nanoTime() - start < most.toNanos()) {
            try {
                socket.getOutputStream().write('x');
                int n = socket.getInputStream().read(buffer);
                if (n < 0) {
                    return answer.toString();
                }
                answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                if (answer.indexOf(" 408 ") >= 0) {
                    return answer.toString();
                }
            } catch (java.net.SocketTimeoutException e) {
                continue; // nothing said yet
            } catch (java.net.SocketException e) {
                return answer.toString();
            }
        }
        throw new AssertionError("the server is still listening: " + answer);
    }

    @Test
    void answersBrokenChunksWith400() throws Exception {
        String answer = live.raw(
                "POST /api/body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nabc\r\n", 3000);
        assertThat(answer).startsWith("HTTP/1.1 400 ").endsWith("<closed>");
    }

    @Test
    void refusesCompressedBodies() {
        assertThat(live.post("/api/body", "x", "Content-Encoding", "gzip").statusCode())
                .isEqualTo(415);
    }

    @Test
    void hidesOurMistakes() {
        var answer = live.get("/api/fails");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("request id").doesNotContain("mistake");
    }

    @Test
    void goesOnAfterABodyThatNobodyRead() throws Exception {
        String one = "POST /api/ignores HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
        String two = "GET /api/echo/2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        assertThat(live.raw(one + two, 3000))
                .contains("ignored")
                .contains("x=2")
                .endsWith("<closed>");
    }
}
