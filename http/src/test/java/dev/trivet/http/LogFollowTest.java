package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The follow protocol of spec srht 4.5, over real HTTP. */
class LogFollowTest {
    private final GrowingLog log = new GrowingLog();
    private LiveServer live;

    @BeforeEach
    void start() {
        live = LiveServer.of(
                LiveServer.plain(
                        Route.get("/log", Access.PUBLIC, request -> Response.log(log)),
                        Route.get("/artifact", Access.PUBLIC, request -> Response.attachment("bäd \"name\".tar", log))),
                new TestIdentities());
    }

    @AfterEach
    void stop() {
        live.close();
    }

    @Test
    void anEmptyLogAnswersARangeWith206() {
        HttpResponse<String> answer = live.get("/log", "Range", "bytes=0-");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes 0-0/0");
        assertThat(answer.headers().firstValue("Content-Length")).contains("0");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void withoutARangeItIsWhole() {
        log.append("line 1\n".repeat(1000));
        HttpResponse<String> answer = live.get("/log", "Accept-Encoding", "gzip");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(7000);
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(answer.headers().firstValue("Content-Length")).contains("7000");
        assertThat(answer.headers().firstValue("Accept-Ranges")).contains("bytes");
    }

    @Test
    void headTellsTheLength() {
        log.append("0123456789");
        HttpResponse<String> answer = live.send("HEAD", "/log", BodyPublishers.noBody());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).contains("10");
        HttpResponse<String> ranged = live.send("HEAD", "/log", BodyPublishers.noBody(), "Range", "bytes=3-");
        assertThat(ranged.statusCode()).isEqualTo(200);
        assertThat(ranged.headers().firstValue("Content-Length")).contains("10");
        assertThat(live.send("HEAD", "/log", BodyPublishers.noBody()).body()).isEmpty();
    }

    @Test
    void hutFollowsWithoutGapOrRepetition() {
        StringBuilder seen = new StringBuilder();
        long offset = 0;
        for (int round = 0; round < 50; round++) {
            if (round % 3 != 0) {
                log.append("round " + round + "\n");
            }
            HttpResponse<String> answer = live.get("/log", "Range", "bytes=" + offset + "-");
            assertThat(answer.statusCode()).isEqualTo(206);
            String range = answer.headers().firstValue("Content-Range").orElseThrow();
            String text = answer.body();
            // As hut does: it asks for the last byte that it has once more, and drops it.
            seen.append(offset > 0 ? text.substring(1) : text);
            offset = Long.parseLong(range.substring(range.indexOf('-') + 1, range.indexOf('/')));
        }
        assertThat(seen).hasToString(live.get("/log").body());
    }

    @Test
    void beyondTheEndIs416() {
        log.append("0123456789");
        HttpResponse<String> answer = live.get("/log", "Range", "bytes=10-");
        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */10");
    }

    @Test
    void aRangeOfMaybeOtherContentIsNotGiven() {
        log.append("0123456789");
        assertThat(live.get("/log", "Range", "bytes=3-", "If-Range", "\"etag\"").statusCode())
                .isEqualTo(200);
    }

    @Test
    void anArtifactIsSavedAndNotShown() {
        log.append("0123456789");
        HttpResponse<String> answer = live.get("/artifact", "Range", "bytes=-4");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo("6789");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"b_d _name_.tar\"; filename*=UTF-8''b%C3%A4d%20%22name%22.tar");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("sandbox");
    }
}
