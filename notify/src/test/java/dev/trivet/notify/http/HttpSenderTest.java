package dev.trivet.notify.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.notify.Outcome;
import dev.trivet.notify.Outcome.Again;
import dev.trivet.notify.Outcome.Delivered;
import dev.trivet.notify.Outcome.Refused;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSenderTest {
    private TestReceiver receiver;
    private HttpSender sender;

    @BeforeEach
    void start() throws Exception {
        receiver = new TestReceiver();
        sender = new HttpSender(Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        sender.close();
        receiver.close();
    }

    private Outcome post(String path) throws Exception {
        return sender.post(new HttpMessage(
                receiver.at(path),
                Map.of("X-Own", "yes", "Authorization", "token s3cret"),
                "{\"a\":\"ä\"}",
                List.of("s3cret"),
                true));
    }

    private static HttpMessage untrusted(String target) {
        return new HttpMessage(URI.create(target), Map.of(), "{}", List.of(), false);
    }

    @Test
    void aMessageArrivesAsItIs() throws Exception {
        receiver.answer(201, "made it", Map.of("X-Answer", "a"));
        assertThat(post("/hook?x=1")).isInstanceOfSatisfying(Delivered.class, delivered -> {
            assertThat(delivered.receipt().status()).isEqualTo(201);
            assertThat(delivered.receipt().body()).isEqualTo("made it");
            assertThat(delivered.receipt().headers()).containsIgnoringCase("x-answer: a\n");
        });
        assertThat(receiver.got()).singleElement().satisfies(got -> {
            assertThat(got.method()).isEqualTo("POST");
            assertThat(got.path()).isEqualTo("/hook?x=1");
            assertThat(got.body()).isEqualTo("{\"a\":\"ä\"}");
            assertThat(got.header("X-own")).isEqualTo("yes");
            assertThat(got.header("Authorization")).isEqualTo("token s3cret");
            assertThat(got.header("Content-type")).isEqualTo("application/json");
            assertThat(got.header("User-agent")).isEqualTo("trivet");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void whatMayPassIsTriedAgain(int status) throws Exception {
        receiver.answer(status, "not s3cret now", Map.of("Retry-After", "7"));
        assertThat(post("/")).isInstanceOfSatisfying(Again.class, again -> {
            assertThat(again.error()).isEqualTo("127.0.0.1 answered " + status + ": not ******** now");
            assertThat(again.rest()).isEqualTo(Duration.ofSeconds(7));
            assertThat(again.silent()).isFalse();
            assertThat(again.receipt().body()).isEqualTo("not ******** now");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 422})
    void whatDoesNotPassIsNot(int status) throws Exception {
        receiver.answer(status, "", Map.of());
        assertThat(post("/"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo("127.0.0.1 answered " + status));
    }

    @Test
    void aLimitThatIsUsedUpIsWaitedFor() throws Exception {
        long reset = Instant.now().getEpochSecond() + 100;
        receiver.answer(403, "limit", Map.of("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", String.valueOf(reset)));
        assertThat(post("/"))
                .isInstanceOfSatisfying(
                        Again.class,
                        again -> assertThat(again.rest()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100)));
        receiver.answer(503, "", Map.of("Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT"));
        assertThat(post("/"))
                .isInstanceOfSatisfying(
                        Again.class, again -> assertThat(again.rest()).isEqualTo(Duration.ZERO));
        receiver.answer(503, "", Map.of("Retry-After", "soon"));
        assertThat(post("/"))
                .isInstanceOfSatisfying(
                        Again.class, again -> assertThat(again.rest()).isEqualTo(Duration.ZERO));
    }

    @Test
    void ofALongAnswerTheBeginningIsKept() throws Exception {
        receiver.answer(400, "y".repeat(5_000_000), Map.of());
        assertThat(post("/"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.receipt().body()).hasSize(2048));
    }

    @Test
    void redirectionsAreFollowedWithinTheOriginOnly() throws Exception {
        receiver.answer(got -> got.path().equals("/old")
                ? new TestReceiver.Told(307, "", Map.of("Location", "/new"))
                : new TestReceiver.Told(200, "", Map.of()));
        assertThat(post("/old")).isInstanceOf(Delivered.class);
        assertThat(receiver.got()).extracting(TestReceiver.Got::path).containsExactly("/old", "/new");
        assertThat(receiver.got().getLast().method()).isEqualTo("POST");
        try (var inside = new TestReceiver()) {
            receiver.answer(302, "", Map.of("Location", inside.at("/admin").toString()));
            assertThat(post("/old"))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.error())
                                    .contains("answered 302")
                                    .contains("not followed"));
            assertThat(inside.got()).isEmpty();
        }
        receiver.answer(308, "", Map.of("Location", "/again"));
        assertThat(post("/old")).isInstanceOf(Refused.class);
        receiver.answer(308, "", Map.of("Location", "http://[bad"));
        assertThat(post("/old")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/x",
                "https://localhost/x",
                "https://[::1]/x",
                "https://10.0.0.1/x",
                "https://169.254.169.254/latest",
                "https://metadata.google.internal/x",
                "https://2130706433/x",
                "https://[fd00::1]/x",
                "https://100.100.100.200/x"
            })
    void nobodyGetsInside(String target) throws Exception {
        assertThat(sender.post(untrusted(target)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error())
                                .contains("internal")
                                .contains("server.allow_internal_requests"));
    }

    @Test
    void whoIsNotTrustedIsToldWithEncryptionOnly() throws Exception {
        assertThat(sender.post(untrusted("http://example.org/x")))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.error()).contains("without encryption"));
        assertThat(sender.post(untrusted("ftp://example.org/x"))).isInstanceOf(Refused.class);
        assertThat(receiver.got()).isEmpty();
    }

    @Test
    void whoDoesNotAnswerIsSilent() throws Exception {
        URI gone = receiver.at("/token-in-path");
        receiver.close();
        assertThat(sender.post(new HttpMessage(gone, Map.of(), "{}", List.of(), true)))
                .isInstanceOfSatisfying(Again.class, again -> {
                    assertThat(again.silent()).isTrue();
                    assertThat(again.error()).contains("does not answer").doesNotContain("token-in-path");
                });
        assertThat(sender.post(new HttpMessage(URI.create("http://nobody.invalid/"), Map.of(), "{}", List.of(), true)))
                .isInstanceOfSatisfying(
                        Again.class, again -> assertThat(again.silent()).isTrue());
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() throws Exception {
        try (var socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var brief = new HttpSender(Clock.systemUTC(), Duration.ofMillis(500))) {
            Thread.ofVirtual().start(() -> {
                try (Socket open = socket.accept()) {
                    open.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    open.getOutputStream().flush();
                    int _ = open.getInputStream().read(new byte[65536]);
                    new java.util.concurrent.CountDownLatch(1).await();
                } catch (Exception ended) {
                    // The test is over.
                }
            });
            Outcome outcome = brief.post(new HttpMessage(
                    URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/"), Map.of(), "{}", List.of(), true));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Again.class, again -> assertThat(again.silent()).isTrue());
        }
    }

    @Test
    void noHeaderEndsALine() {
        for (Map.Entry<String, String> bad : Map.of(
                        "X-A",
                        "b\r\nX-Injected: c",
                        "X B",
                        "v",
                        "Host",
                        "elsewhere",
                        "Content-Length",
                        "0",
                        "X-Ä",
                        "v",
                        "",
                        "v")
                .entrySet()) {
            assertThatThrownBy(() -> new HttpMessage(
                            URI.create("https://example.org/"),
                            Map.of(bad.getKey(), bad.getValue()),
                            "",
                            List.of(),
                            false))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aSignatureIsThatOfTheKnownExample() {
        // RFC 4231, test case 2.
        assertThat(Signatures.hmacSha256("Jefe", "what do ya want for nothing?"))
                .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
