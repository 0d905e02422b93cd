package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Projects, and what holds for all requests that change something (spec circus sections 2.1, 2.3, 2.4). */
class CircusProjectsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String URL = "https://github.com/example/project";

    @TempDir
    static Path directory;

    private static CircusServer server;
    private static CircusClient admin;
    private static CircusClient creator;
    private static CircusClient reader;
    private static CircusClient anonymous;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(directory, Map.of("TRIVET_SERVER_ALLOWED_URL_SCHEMES", "https,http,git,ssh,file"));
        admin = server.admin();
        creator = server.having("create-projects");
        reader = server.having("read-only");
        anonymous = server.anonymous();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String fresh(String word) {
        return word + "-" + NUMBERS.incrementAndGet();
    }

    private static String project() throws Exception {
        return ok(creator.post("projects", Map.of("name", fresh("project"), "repository_url", URL)))
                .get("id")
                .asString();
    }

    private static String jobset(String project) throws Exception {
        return ok(creator.post(
                        "projects/" + project + "/jobsets",
                        Map.of("name", fresh("jobset"), "nix_expression", "hydraJobs")))
                .get("id")
                .asString();
    }

    private static String nowhere() {
        return UUID.randomUUID().toString();
    }

    @Test
    void aProjectIsMadeReadChangedAndRemoved() throws Exception {
        String name = fresh("life");
        JsonNode made = ok(creator.post(
                "projects", Map.of("name", name, "repository_url", URL, "description", "What it is", "unknown", 1)));
        assertThat(made.propertyNames())
                .containsExactly("id", "name", "description", "repository_url", "created_at", "updated_at");
        assertThat(made.get("created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        String path = "projects/" + made.get("id").asString();
        assertThat(ok(anonymous.get(path))).isEqualTo(made);
        JsonNode listed = ok(anonymous.get("projects?limit=1&offset=0"));
        assertThat(listed.get("limit").asInt()).isEqualTo(1);
        assertThat(listed.get("items")).hasSize(1);
        assertThat(listed.get("total").asInt()).isPositive();
        JsonNode changed = ok(admin.put(path, "{\"description\": \"Other\", \"name\": null}"));
        assertThat(changed.get("description").asString()).isEqualTo("Other");
        assertThat(changed.get("name").asString()).isEqualTo(name);
        String other = project();
        refused(admin.put("projects/" + other, Map.of("name", name)), 409, "CONFLICT");
        refused(creator.post("projects", Map.of("name", name, "repository_url", URL)), 409, "CONFLICT");
        Answer gone = admin.delete(path);
        assertThat(gone.status()).isEqualTo(204);
        assertThat(gone.body()).isEmpty();
        refused(anonymous.get(path), 404, "NOT_FOUND");
        assertThat(anonymous.get(path).json().get("error").asString()).contains("not found");
        refused(admin.delete(path), 404, "NOT_FOUND");
        refused(admin.put(path, Map.of("name", name)), 404, "NOT_FOUND");
    }

    @Test
    void pagesAreClamped() throws Exception {
        JsonNode page = ok(anonymous.get("projects?limit=1000&offset=-3"));
        assertThat(page.get("limit").asInt()).isEqualTo(200);
        assertThat(page.get("offset").asInt()).isZero();
        assertThat(ok(anonymous.get("projects?limit=0")).get("limit").asInt()).isEqualTo(1);
        refused(anonymous.get("projects?limit=many"), 400, "VALIDATION_ERROR");
    }

    /** Who must not, must not: method, path, body, and whether the role create-projects is enough. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST   | projects                                                | true
            POST   | projects/setup                                          | true
            POST   | projects/probe                                          | true
            PUT    | projects/{p}                                            | false
            DELETE | projects/{p}                                            | false
            POST   | projects/{p}/jobsets                                    | true
            PUT    | projects/{p}/jobsets/{j}                                | false
            DELETE | projects/{p}/jobsets/{j}                                | false
            POST   | projects/{p}/jobsets/{j}/inputs                         | false
            DELETE | projects/{p}/jobsets/{j}/inputs/{j}                     | false
            POST   | projects/{p}/webhooks                                   | true
            DELETE | projects/{p}/webhooks/{j}                               | false
            POST   | admin/builders                                          | false
            PUT    | admin/builders/{p}                                      | false
            DELETE | admin/builders/{p}                                      | false
            """)
    void whatChangesSomethingNeedsItsRole(String method, String path, boolean createProjects) throws Exception {
        String project = project();
        String place = path.replace("{p}", project).replace("{j}", jobset(project));
        refused(anonymous.send(method, place, "{}"), 401, "UNAUTHORIZED");
        refused(anonymous.as("trv_wrong").send(method, place, "{}"), 401, "UNAUTHORIZED");
        refused(reader.send(method, place, "{}"), 403, "FORBIDDEN");
        refused(server.having("eval-jobset").send(method, place, "{}"), 403, "FORBIDDEN");
        if (createProjects) {
            assertThat(creator.send(method, place, "{}").status()).isEqualTo(422);
        } else {
            refused(creator.send(method, place, "{}"), 403, "FORBIDDEN");
        }
        assertThat(anonymous.get("projects/" + project).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a.b",
                "a/b",
                "a b",
                "<script>alert(1)</script>",
                "a\\u0000b",
                "a\\n",
                "é",
                "\\ud800",
            })
    void namesThatCannotBeAreRefused(String name) throws Exception {
        Answer answer = creator.post("projects", "{\"name\": \"" + name + "\", \"repository_url\": \"" + URL + "\"}");
        refused(answer, 400, "VALIDATION_ERROR");
        assertThat(answer.json().get("error").asString()).startsWith("name: ");
    }

    @Test
    void namesHaveABound() throws Exception {
        refused(
                creator.post("projects", Map.of("name", "a".repeat(256), "repository_url", URL)),
                400,
                "VALIDATION_ERROR");
        ok(creator.post("projects", Map.of("name", "a".repeat(255), "repository_url", URL)));
        refused(
                creator.post(
                        "projects", Map.of("name", fresh("d"), "repository_url", URL, "description", "d".repeat(4097))),
                400,
                "VALIDATION_ERROR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "github.com/a/b",
                "ftp://example.org/a",
                "ext::sh -c id",
                "https://",
                "https:///path",
                "https://localhost/a",
                "https://LOCALHOST./a",
                "https://a.localhost/a",
                "https://127.0.0.1/a",
                "https://127.1/a",
                "https://2130706433/a",
                "https://0x7f000001/a",
                "https://0.0.0.0/a",
                "https://[::1]/a",
                "https://[::ffff:127.0.0.1]/a",
                "https://[fd00::1]/a",
                "https://[fe80::1]/a",
                "https://10.1.2.3/a",
                "https://172.16.0.1/a",
                "https://192.168.1.1/a",
                "https://169.254.169.254/latest/meta-data",
                "http://metadata.google.internal/x",
                "http://100.100.100.200/x",
                "https://user@127.0.0.1/a",
                "https://example.org@127.0.0.1:8080/a",
                "https://example.org\\\\@127.0.0.1/",
                "ssh://-oProxyCommand=id/a",
                "https://exa mple.org/a",
            })
    void addressesOfTheInsideAndOthersThatCannotBeAreRefused(String url) throws Exception {
        Answer answer = creator.post("projects", "{\"name\": \"x\", \"repository_url\": \"" + url + "\"}");
        refused(answer, 400, "VALIDATION_ERROR");
        assertThat(answer.json().get("error").asString()).startsWith("repository_url: ");
        refused(creator.post("projects/probe", "{\"repository_url\": \"" + url + "\"}"), 400, "VALIDATION_ERROR");
    }

    @Test
    void bodiesThatDoNotFitAreToldApart() throws Exception {
        refused(creator.post("projects", "{\"name\": \"a\""), 400, "VALIDATION_ERROR");
        refused(creator.post("projects", "[]"), 422, "VALIDATION_ERROR");
        refused(creator.post("projects", Map.of("name", "a")), 422, "VALIDATION_ERROR");
        refused(creator.post("projects", Map.of("name", 1, "repository_url", URL)), 422, "VALIDATION_ERROR");
        refused(creator.post("projects", null), 415, "VALIDATION_ERROR");
        String large = "{\"name\": \"a\", \"description\": \"" + "d".repeat(12 << 20) + "\"}";
        assertThat(creator.post("projects", large).status()).isEqualTo(413);
        String project = project();
        String jobsets = "projects/" + project + "/jobsets";
        refused(
                creator.post(jobsets, Map.of("name", "a", "nix_expression", ".", "enabled", "yes")),
                422,
                "VALIDATION_ERROR");
        refused(
                creator.post(jobsets, Map.of("name", "a", "nix_expression", ".", "check_interval", 1.5)),
                422,
                "VALIDATION_ERROR");
    }

    @Test
    void pathsThatAreNoIdsAreRefused() throws Exception {
        refused(anonymous.get("projects/1"), 400, "VALIDATION_ERROR");
        refused(anonymous.get("projects/1/jobsets"), 400, "VALIDATION_ERROR");
        refused(anonymous.get("projects/" + nowhere() + "/jobsets/x"), 400, "VALIDATION_ERROR");
        refused(anonymous.get("admin/builders/1"), 400, "VALIDATION_ERROR");
        assertThat(anonymous.get("projects/probe").status()).isEqualTo(405);
        assertThat(anonymous.get("projects/setup").status()).isEqualTo(405);
    }

    @Test
    void listsOfUnknownProjectsAreEmpty() throws Exception {
        String path = "projects/" + nowhere();
        assertThat(ok(anonymous.get(path + "/jobsets")).get("items")).isEmpty();
        assertThat(ok(anonymous.get(path + "/builds"))).isEmpty();
        assertThat(ok(anonymous.get(path + "/webhooks"))).isEmpty();
        assertThat(ok(anonymous.get(path + "/channels"))).isEmpty();
    }
}
