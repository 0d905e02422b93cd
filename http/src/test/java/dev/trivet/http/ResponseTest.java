package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
    private static final String LONG = "0123456789".repeat(1000);

    @TempDir
    static Path directory;

    private static LiveServer live;

    @BeforeAll
    static void start() throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[300_000]);
        ByteSource broken = new ByteSource() {
            @Override
            public long size() {
                return 1_000_000;
            }

            @Override
            public void writeTo(OutputStream out, long offset, long length) throws IOException {
                out.write(new byte[1000]);
                throw new IOException("the disk is broken");
            }
        };
        live = LiveServer.of(
                LiveServer.plain(
                        Route.get("/json", Access.PUBLIC, r -> Response.json(List.of(LONG))),
                        Route.get("/html", Access.PUBLIC, r -> Response.html(200, "<p>" + LONG)),
                        Route.get("/text", Access.PUBLIC, r -> Response.text(LONG)),
                        Route.get(
                                "/css",
                                Access.PUBLIC,
                                r -> Response.bytes("text/css", LONG.getBytes(StandardCharsets.UTF_8))
                                        .with("Cache-Control", "max-age=60")),
                        Route.get("/png", Access.PUBLIC, r -> Response.bytes("image/png", new byte[20_000])),
                        Route.get("/events", Access.PUBLIC, r -> Response.events(stream -> stream.send(LONG))),
                        Route.get("/file", Access.PUBLIC, r -> Response.file("application/x-nix-nar", file)),
                        Route.get(
                                "/tagged",
                                Access.PUBLIC,
                                r -> Response.file("application/x-nix-nar", file)
                                        .with("ETag", "\"one\"")),
                        Route.get("/missing", Access.PUBLIC, r -> Response.file("text/x", directory.resolve("none"))),
                        Route.get("/broken", Access.PUBLIC, r -> Response.source("text/x", broken)),
                        Route.get("/empty", Access.PUBLIC, r -> Response.empty(204)),
                        Route.get(
                                "/created",
                                Access.PUBLIC,
                                r -> Response.json(201, Map.of())
                                        .with("X-A", "1")
                                        .with(new SessionCookie(true).set("abc"))
                                        .with("Set-Cookie", "b=c"))),
                new TestIdentities());
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/json, true",
        "/html, true",
        "/css, true",
        "/text, false",
        "/png, false",
        "/events, false",
        "/file, false"
    })
    void compressesWhatMayBe(String path, boolean compressed) {
        HttpResponse<String> answer = live.get(path, "Accept-Encoding", "gzip");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding").orElse("none"))
                .isEqualTo(compressed ? "gzip" : "none");
        assertThat(live.get(path).headers().firstValue("Content-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/json", "/html", "/text", "/events", "/file", "/empty", "/nothing"})
    void protectsWhateverItIs(String path) {
        HttpResponse<String> answer = live.get(path);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("same-origin");
        assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("Cache-Control")).isPresent();
    }

    @Test
    void letsAHandlerDecideAboutCaching() {
        assertThat(live.get("/css").headers().allValues("Cache-Control")).containsExactly("max-age=60");
    }

    @Test
    void sendsFilesInParts() {
        assertThat(live.get("/file").body()).hasSize(300_000);
        HttpResponse<String> part = live.get("/file", "Range", "bytes=299990-");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).hasSize(10);
        assertThat(live.get("/missing").statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({"'\"one\"', 206", "'\"two\"', 200", "'W/\"one\"', 200", "'Fri, 01 Jan 2027 00:00:00 GMT', 200"})
    void aRangeIsGivenOnlyOfWhatTheClientHasTheOtherPartsOf(String ifRange, int status) {
        assertThat(live.get("/tagged", "Range", "bytes=10-", "If-Range", ifRange)
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void aBodyThatBreaksOffIsSeenToBeBroken() {
        assertThatThrownBy(() -> live.get("/broken")).hasCauseInstanceOf(IOException.class);
        assertThat(live.get("/text").statusCode()).isEqualTo(200);
    }

    @Test
    void sendsHeadersAndCookies() {
        HttpResponse<String> answer = live.get("/created");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().allValues("Set-Cookie"))
                .containsExactly(
                        "__Host-trivet_session=abc; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure", "b=c");
        assertThat(new SessionCookie(false).clear().value())
                .isEqualTo("trivet_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assertThat(live.get("/empty").headers().firstValue("Content-Length")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "\u0000", "日"})
    void headersCannotBeBrokenOutOf(String value) {
        assertThatThrownBy(() -> new Header("X", value)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Header("X: y", "z")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "/\\evil.example", "javascript:alert(1)", "evil.example", ""})
    void redirectsOnlyToPlaces(String location) {
        assertThatThrownBy(() -> Response.seeOther(location)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void errorPagesEscape() {
        Problem problem = Problem.of(Problem.Kind.NOT_FOUND, "no <script>\"here\"</script> & there");
        Response page = new HtmlErrors(null).render(problem, new ErrorShape.Exchange("id", "GET", "/x"));
        assertThat(((Response.Body.Html) page.body()).html())
                .contains("no &lt;script&gt;&quot;here&quot;&lt;/script&gt; &amp; there")
                .doesNotContain("<script>");
    }
}
