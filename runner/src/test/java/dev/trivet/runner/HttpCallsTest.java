package dev.trivet.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken as proof that no server is running: leases hold on it, so it must be one. */
class HttpCallsTest {
    private static LinkUnavailableException failure(HttpCalls calls) {
        var failed = catchThrowableOfType(
                RuntimeException.class, () -> calls.post("/sessions/x/1/beat", Map.of(), Wire.Answer.class));
        return failed instanceof LinkUnavailableException away
                ? away
                : new LinkUnavailableException("refused for good", failed);
    }

    @Test
    void aMachineThatRefusesTheConnectionHasNoServer() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (var calls = new HttpCalls(URI.create("http://127.0.0.1:" + port), "token")) {
            assertThat(calls.nobodyThere(failure(calls))).isTrue();
        }
    }

    /** It takes the connection and says nothing, as a server that hangs; or the connection itself is never answered. */
    @Test
    void silenceProvesNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var calls = new HttpCalls(URI.create("http://127.0.0.1:" + silent.getLocalPort()), "token")) {
            var silence = new LinkUnavailableException("timed out", new java.net.http.HttpTimeoutException("10 s"));
            assertThat(calls.nobodyThere(silence)).isFalse();
            // With its queue full the system drops what else would like to connect.
            assertThat(calls.nobodyThere(silence)).isFalse();
            assertThat(calls.nobodyThere(silence)).isFalse();
            assertThat(calls.nobodyThere(silence)).isFalse();
        }
    }

    @Test
    void aNameThatIsNotKnownProvesNothing() {
        try (var calls = new HttpCalls(URI.create("http://nowhere.invalid:1"), "token")) {
            assertThat(calls.nobodyThere(failure(calls))).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"502, true", "503, true", "504, false", "500, false", "429, false", "401, false", "409, false"})
    void ofTheAnswersThoseOfAProxyWithoutAServerDo(int status, boolean nobody) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try (var calls = new HttpCalls(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "token")) {
            assertThat(calls.nobodyThere(failure(calls))).isEqualTo(nobody);
        } finally {
            server.stop(0);
        }
    }
}
