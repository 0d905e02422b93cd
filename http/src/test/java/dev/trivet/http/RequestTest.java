package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class RequestTest {
    record Job(String manifest, int priority, List<String> tags) {}

    private static LiveServer live;

    @BeforeAll
    static void start() {
        live = LiveServer.of(
                LiveServer.plain(
                        Route.post("/object", Access.PUBLIC, r -> Response.json(r.jsonObject())),
                        Route.post("/job", Access.PUBLIC, r -> Response.json(r.json(Job.class))),
                        Route.post(
                                "/form",
                                Access.PUBLIC,
                                r -> Response.json(Map.of(
                                        "a",
                                        r.form().all("a"),
                                        "names",
                                        r.form().names()))),
                        Route.put("/stream", Access.PUBLIC, r -> {
                                    long total = 0;
                                    byte[] buffer = new byte[100_000];
                                    try (var in = r.stream()) {
                                        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                                            total += n;
                                        }
                                    }
                                    return Response.text(String.valueOf(total));
                                })
                                .withBodyLimit(50 << 20),
                        Route.get("/jobs/{id}", Access.PUBLIC, r -> Response.text("job " + r.id("id"))),
                        Route.get(
                                "/query",
                                Access.PUBLIC,
                                r -> Response.text(
                                        r.query().number("start", 0, 100).orElse(-1) + " "
                                                + r.query()
                                                        .bool("flag")
                                                        .map(String::valueOf)
                                                        .orElse("none") + " "
                                                + r.query().first("text").orElse("none"))),
                        Route.get("/id", Access.PUBLIC, r -> Response.text(r.id()))),
                new TestIdentities());
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    private static HttpResponse<String> postJson(String path, String body) {
        return live.post(path, body, "Content-Type", "application/json");
    }

    @Test
    void readsJson() {
        assertThat(postJson("/object", "{\"a\": [1, \"ü\"]}").body()).isEqualTo("{\"a\":[1,\"ü\"]}");
        assertThat(live.post("/object", "{}", "Content-Type", "application/json; charset=utf-8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(live.post("/object", "{}", "Content-Type", "application/vnd.x+json")
                        .statusCode())
                .isEqualTo(200);
        assertThat(postJson("/job", "{\"manifest\":\"m\",\"priority\":3,\"tags\":[\"t\"],\"unknown\":1}")
                        .body())
                .isEqualTo("{\"manifest\":\"m\",\"priority\":3,\"tags\":[\"t\"]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|the body is empty, but JSON was expected",
                "'  '|the body is empty",
                "{|line 1, column 2",
                "{\"a\": 1,}|line 1, column 9",
                "{\"a\": tru}|line 1, column 7",
                "{} {}|is not valid JSON",
                "{\"a\":1,\"a\":2}|Duplicate",
                "[1]|should be a JSON object, not array",
                "\"x\"|should be a JSON object, not string",
                "null|should be a JSON object, not null",
                "NaN|is not valid JSON",
                "{'a':1}|is not valid JSON",
            })
    void explainsBadJson(String body, String message) {
        HttpResponse<String> answer = postJson("/object", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void tellsTheLineOfAMistake() {
        assertThat(postJson("/object", "{\n  \"a\": 1,\n  \"b\" 2\n}").body()).contains("line 3, column ");
    }

    @Test
    void boundsJson() {
        String deep = "[".repeat(100) + "]".repeat(100);
        assertThat(postJson("/object", deep).body()).contains("64").contains("depth");
        assertThat(postJson("/object", "{\"a\":" + "9".repeat(200) + "}").statusCode())
                .isEqualTo(400);
        assertThat(postJson("/object", "[" + "1,".repeat(300_000) + "1]").body())
                .contains("is not valid JSON");
        assertThat(postJson("/object", "{\"" + "k".repeat(2000) + "\":1}").statusCode())
                .isEqualTo(400);
        assertThat(postJson("/object", new String(new byte[] {(byte) 0, 1, 2, 3}, StandardCharsets.ISO_8859_1))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void explainsWhatDoesNotFit() {
        HttpResponse<String> answer = postJson("/job", "{\"manifest\":\"m\",\"priority\":\"high\"}");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("at .priority");
    }

    @Test
    void wantsTheRightType() {
        assertThat(live.post("/object", "{}").statusCode()).isEqualTo(415);
        HttpResponse<String> answer = live.post("/object", "{}", "Content-Type", "text/plain");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("text/plain").contains("application/json");
    }

    @Test
    void readsForms() {
        assertThat(live.post("/form", "a=1&b=%C3%BC+x&a=&c").body())
                .contains("\"a\":[\"1\",\"\"]")
                .contains("\"b\"")
                .contains("\"c\"");
        for (String bad : new String[] {"a=%", "a=%2", "a=%zz", "%ff=1", "a=%c3%28"}) {
            assertThat(live.post("/form", bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(live.post("/form", "a&".repeat(1001)).body()).contains("more than 1000 fields");
    }

    @Test
    void streamsUploadsWithoutKeepingThem() {
        assertThat(live.send("PUT", "/stream", BodyPublishers.ofByteArray(new byte[30 << 20]))
                        .body())
                .isEqualTo(String.valueOf(30 << 20));
    }

    @ParameterizedTest
    @CsvSource({
        "/jobs/12, 200, job 12",
        "/jobs/012, 200, job 12",
        "/jobs/0, 200, job 0",
        "/jobs/-1, 404, 404 not found",
        "/jobs/1.5, 404, 404 not found",
        "/jobs/x, 404, 404 not found",
        "/jobs/99999999999999999999, 404, 404 not found",
        "/jobs/%D9%A1, 404, 404 not found",
        "/query?start=7&flag=true&text=a%20b+c, 200, 7 true a b c",
        "/query, 200, -1 none none",
        "/query?start=x, 400, \"start in the query should be a whole number from 0 to 100, not 'x'\"",
        "/query?start=101, 400, from 0 to 100",
        "/query?flag=yes, 400, should be true or false",
        "/query?text=%zz, 400, hexadecimal",
        "/nothing, 404, NOT_FOUND: 404 not found",
    })
    void readsPathAndQuery(String path, int status, String body) throws Exception {
        String answer = live.raw("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 5000);
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains(body.replace("\"", ""));
    }

    @Test
    void answersHeadOptionsAndOtherMethods() {
        HttpResponse<String> head = live.send("HEAD", "/jobs/12", BodyPublishers.noBody());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("6");
        HttpResponse<String> options = live.send("OPTIONS", "/jobs/12", BodyPublishers.noBody());
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
        for (String method : new String[] {"POST", "DELETE", "TRACE", "PROPFIND", "get"}) {
            HttpResponse<String> wrong = live.send(method, "/jobs/12", BodyPublishers.noBody());
            assertThat(wrong.statusCode()).as(method).isEqualTo(405);
            assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
        }
        assertThat(live.send("OPTIONS", "/nothing", BodyPublishers.noBody()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void givesEachRequestAnId() {
        HttpResponse<String> one = live.get("/id");
        HttpResponse<String> two = live.get("/id");
        assertThat(one.headers().firstValue("X-Request-Id")).contains(one.body());
        assertThat(one.body()).matches("[0-9a-f]{32}").isNotEqualTo(two.body());
        String own = "client-chosen-id-0123456789";
        assertThat(live.get("/id", "X-Request-Id", own).body()).isEqualTo(own);
        assertThat(live.get("/id", "X-Request-Id", "too-short").body()).isNotEqualTo("too-short");
        assertThat(live.get("/id", "X-Request-Id", "<script>alert(1)</script>").body())
                .matches("[0-9a-f]{32}");
    }

    @Test
    void writesJsonOfNodesToo() {
        ObjectNode node = Json.mapper().createObjectNode().put("a", 1);
        assertThat(new String(Json.write(node), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
    }
}
