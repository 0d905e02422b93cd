package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

/** Projects, jobsets, inputs, webhooks' configurations and builders (spec circus sections 2.3, 2.4, 2.10). */
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

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().get("error").asString()).isNotBlank();
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

    @Test
    void aJobsetIsMadeReadChangedAndRemoved() throws Exception {
        String project = project();
        String all = "projects/" + project + "/jobsets";
        JsonNode made = ok(creator.post(all, Map.of("name", "main", "nix_expression", ".", "keep_nr", 9)));
        assertThat(made.propertyNames())
                .containsExactly(
                        "id",
                        "project_id",
                        "name",
                        "nix_expression",
                        "enabled",
                        "flake_mode",
                        "check_interval",
                        "branch",
                        "scheduling_shares",
                        "state",
                        "last_checked_at",
                        "keep_nr",
                        "created_at",
                        "updated_at");
        assertThat(made.get("check_interval").asInt()).isEqualTo(60);
        assertThat(made.get("scheduling_shares").asInt()).isEqualTo(100);
        assertThat(made.get("keep_nr").asInt()).isEqualTo(3);
        assertThat(made.get("enabled").asBoolean()).isTrue();
        assertThat(made.get("flake_mode").asBoolean()).isTrue();
        assertThat(made.get("state").asString()).isEqualTo("enabled");
        assertThat(made.get("branch").isNull()).isTrue();
        String path = all + "/" + made.get("id").asString();
        assertThat(ok(anonymous.get(path))).isEqualTo(made);
        assertThat(ok(anonymous.get(all)).get("total").asInt()).isEqualTo(1);
        JsonNode changed =
                ok(admin.put(path, Map.of("keep_nr", 7, "branch", "release", "state", "disabled", "enabled", true)));
        assertThat(changed.get("keep_nr").asInt()).isEqualTo(7);
        assertThat(changed.get("branch").asString()).isEqualTo("release");
        assertThat(changed.get("enabled").asBoolean()).isFalse();
        assertThat(ok(admin.put(path, Map.of("state", "one_shot")))
                        .get("enabled")
                        .asBoolean())
                .isTrue();
        assertThat(ok(admin.put(path, Map.of("enabled", false))).get("state").asString())
                .isEqualTo("one_shot");
        refused(creator.post(all, Map.of("name", "main", "nix_expression", ".")), 409, "CONFLICT");
        ok(creator.post(all, Map.of("name", "other", "nix_expression", ".", "enabled", false)));
        refused(admin.put(path, Map.of("name", "other")), 409, "CONFLICT");
        refused(
                creator.post("projects/" + nowhere() + "/jobsets", Map.of("name", "a", "nix_expression", ".")),
                404,
                "NOT_FOUND");
        String elsewhere = path.replace(project, project());
        refused(anonymous.get(elsewhere), 404, "NOT_FOUND");
        refused(admin.put(elsewhere, Map.of("keep_nr", 1)), 404, "NOT_FOUND");
        refused(admin.delete(elsewhere), 404, "NOT_FOUND");
        refused(anonymous.get(elsewhere + "/inputs"), 404, "NOT_FOUND");
        assertThat(admin.delete(path).status()).isEqualTo(204);
        refused(anonymous.get(path), 404, "NOT_FOUND");
        refused(admin.delete(path), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name           | "a.b"
            nix_expression | ""
            nix_expression | "/etc/passwd"
            nix_expression | "a/../../b"
            nix_expression | "a\\u0000b"
            check_interval | 9
            check_interval | 86401
            state          | "on"
            branch         | "-x"
            branch         | "a..b"
            branch         | "a b"
            """)
    void jobsetsThatCannotBeAreRefused(String field, String value) throws Exception {
        String project = project();
        String good = "\"name\": \"n\", \"nix_expression\": \".\", ";
        String member = "\"" + field + "\": " + value;
        String body = "{" + good.replaceAll("\"" + field + "\": [^,]*, ", "") + member + "}";
        Answer made = creator.post("projects/" + project + "/jobsets", body);
        refused(made, 400, "VALIDATION_ERROR");
        assertThat(made.json().get("error").asString()).startsWith(field + ": ");
        refused(
                admin.put("projects/" + project + "/jobsets/" + jobset(project), "{" + member + "}"),
                400,
                "VALIDATION_ERROR");
    }

    @Test
    void inputsAreMadeListedByNameAndRemoved() throws Exception {
        String project = project();
        String all = "projects/" + project + "/jobsets/" + jobset(project) + "/inputs";
        JsonNode made = ok(admin.post(
                all,
                Map.of("name", "nixpkgs", "input_type", "git", "value", "https://example.org/n", "revision", "r")));
        assertThat(made.propertyNames())
                .containsExactly("id", "jobset_id", "name", "input_type", "value", "revision", "created_at");
        ok(admin.post(all, Map.of("name", "a", "input_type", "string", "value", "")));
        assertThat(ok(anonymous.get(all)).at("/0/name").asString()).isEqualTo("a");
        refused(admin.post(all, Map.of("name", "a", "input_type", "string", "value", "x")), 409, "CONFLICT");
        refused(admin.post(all, Map.of("name", "b", "input_type", "svn", "value", "x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "b", "input_type", "boolean", "value", "x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "--x", "input_type", "string", "value", "x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "b", "input_type", "git", "value", "--x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "b", "input_type", "string")), 422, "VALIDATION_ERROR");
        String one = all + "/" + made.get("id").asString();
        String other = "projects/" + project + "/jobsets/" + jobset(project) + "/inputs/"
                + made.get("id").asString();
        refused(admin.delete(other), 404, "NOT_FOUND");
        assertThat(admin.delete(one).status()).isEqualTo(204);
        refused(admin.delete(one), 404, "NOT_FOUND");
    }

    @Test
    void webhooksNeverShowTheirSecret() throws Exception {
        String project = project();
        String all = "projects/" + project + "/webhooks";
        Answer made = creator.post(all, Map.of("forge_type", "github", "secret", "s3cr3t-of-it"));
        assertThat(ok(made).propertyNames()).containsExactly("id", "project_id", "forge_type", "enabled", "created_at");
        assertThat(made.body() + anonymous.get(all).body()).doesNotContain("s3cr3t");
        refused(creator.post(all, Map.of("forge_type", "github", "secret", "x")), 409, "CONFLICT");
        refused(creator.post(all, Map.of("forge_type", "svn", "secret", "x")), 400, "VALIDATION_ERROR");
        refused(creator.post(all, Map.of("forge_type", "gitea", "secret", " ")), 400, "VALIDATION_ERROR");
        refused(creator.post(all, Map.of("secret", "x")), 422, "VALIDATION_ERROR");
        refused(
                creator.post("projects/" + nowhere() + "/webhooks", Map.of("forge_type", "github", "secret", "x")),
                404,
                "NOT_FOUND");
        String id = ok(made).get("id").asString();
        refused(admin.delete("projects/" + project() + "/webhooks/" + id), 404, "NOT_FOUND");
        assertThat(admin.delete(all + "/" + id).status()).isEqualTo(204);
        assertThat(ok(anonymous.get(all))).isEmpty();
    }

    @Test
    void setupIsAllOrNothing() throws Exception {
        String name = fresh("setup");
        JsonNode made = ok(creator.post(
                "projects/setup",
                Map.of(
                        "repository_url",
                        URL,
                        "name",
                        name,
                        "jobsets",
                        List.of(
                                Map.of("name", "b", "nix_expression", "packages", "description", "dropped"),
                                Map.of("name", "a", "nix_expression", "checks")))));
        assertThat(made.at("/project/name").asString()).isEqualTo(name);
        assertThat(made.at("/jobsets/0/name").asString()).isEqualTo("b");
        assertThat(made.at("/jobsets/1/flake_mode").asBoolean()).isTrue();
        String other = fresh("setup");
        Map<String, Object> twice = Map.of("name", "a", "nix_expression", ".");
        refused(
                creator.post(
                        "projects/setup",
                        Map.of("repository_url", URL, "name", other, "jobsets", List.of(twice, twice))),
                409,
                "CONFLICT");
        refused(
                creator.post(
                        "projects/setup",
                        Map.of(
                                "repository_url",
                                URL,
                                "name",
                                other,
                                "jobsets",
                                List.of(Map.of("name", "..", "nix_expression", ".")))),
                400,
                "VALIDATION_ERROR");
        refused(creator.post("projects/setup", Map.of("repository_url", URL, "name", other)), 422, "VALIDATION_ERROR");
        ok(creator.post("projects/setup", Map.of("repository_url", URL, "name", other, "jobsets", List.of())));
        refused(
                creator.post("projects/setup", Map.of("repository_url", URL, "name", name, "jobsets", List.of())),
                409,
                "CONFLICT");
    }

    @Test
    void aRepositoryIsProbed() throws Exception {
        Path flake = Files.createDirectories(directory.resolve("flake"));
        Files.writeString(flake.resolve("flake.nix"), """
                { outputs = { self }: {
                    packages.x86_64-linux.hello = derivation { name = "h"; system = "x86_64-linux"; builder = "/x"; };
                    hydraJobs.a = derivation { name = "a"; system = "x86_64-linux"; builder = "/x"; };
                }; }
                """);
        git(flake);
        Answer probed = creator.post("projects/probe", Map.of("repository_url", "file://" + flake));
        if (!isNixHere()) {
            refused(probed, 422, "NIX_EVAL_ERROR");
            assertThat(probed.json().get("error").asString()).contains("nix-bin");
            return;
        }
        assertThat(ok(probed).get("is_flake").asBoolean()).isTrue();
        assertThat(probed.json().at("/suggested_jobsets/0/name").asString()).isEqualTo("hydraJobs");
        assertThat(probed.json().at("/outputs/1/systems/0").asString()).isEqualTo("x86_64-linux");
        assertThat(ok(creator.post("projects/probe", Map.of("repository_url", "file://" + flake, "revision", "main")))
                        .get("is_flake")
                        .asBoolean())
                .isTrue();
        Path plain = Files.createDirectories(directory.resolve("plain"));
        Files.writeString(plain.resolve("default.nix"), "1");
        git(plain);
        JsonNode none = ok(creator.post("projects/probe", Map.of("repository_url", "file://" + plain)));
        assertThat(none.get("is_flake").asBoolean()).isFalse();
        assertThat(none.get("error").asString()).contains("flake.nix");
        refused(
                creator.post("projects/probe", Map.of("repository_url", "file://" + directory + "/nothing")),
                422,
                "NIX_EVAL_ERROR");
        Files.writeString(flake.resolve("flake.nix"), "{ outputs = { self }: throw \"broken on purpose\"; }");
        git(flake);
        Answer broken = creator.post("projects/probe", Map.of("repository_url", "file://" + flake));
        refused(broken, 422, "NIX_EVAL_ERROR");
        assertThat(broken.json().get("error").asString()).contains("broken on purpose");
        refused(
                creator.post(
                        "projects/probe", Map.of("repository_url", "file://" + flake, "revision", "--upload-pack=x")),
                400,
                "VALIDATION_ERROR");
    }

    @Test
    void hostsThatNobodyKnowsAreUnreachable() throws Exception {
        refused(
                creator.post("projects/probe", Map.of("repository_url", "https://no-such-host.invalid/a")),
                422,
                "NIX_EVAL_ERROR");
    }

    @Test
    void whatAdministratorsRemoveAndBuildersAreWrittenDown() throws Exception {
        String project = project();
        assertThat(admin.delete("projects/" + project).status()).isEqualTo(204);
        String name = fresh("noted");
        String builder = ok(admin.post(
                        "admin/builders",
                        Map.of("name", name, "ssh_uri", "ssh://n", "systems", List.of("x86_64-linux"))))
                .get("id")
                .asString();
        ok(admin.put("admin/builders/" + builder, Map.of("max_jobs", 2)));
        refused(admin.put("admin/builders/" + builder, Map.of("max_jobs", 0)), 400, "VALIDATION_ERROR");
        assertThat(admin.delete("admin/builders/" + builder).status()).isEqualTo(204);
        refused(admin.delete("admin/builders/" + builder), 404, "NOT_FOUND");
        List<String> notes = ok(admin.get("admin/audit-log?limit=500"))
                .get("items")
                .valueStream()
                .filter(note -> List.of(project, builder)
                        .contains(note.path("target_id").asString("")))
                .map(note -> note.get("action").asString() + " "
                        + note.at("/actor_kind").asString())
                .toList();
        assertThat(notes)
                .containsExactly(
                        "BUILDER_DELETE user", "BUILDER_UPDATE user", "BUILDER_CREATE user", "PROJECT_DELETE user");
    }

    private static boolean isNixHere() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "nix")));
    }

    private static void git(Path folder) throws Exception {
        String script =
                "git init -q -b main . && git add -A && git -c user.name=t -c user.email=t@example.org commit -qm x";
        Process git = new ProcessBuilder("sh", "-ec", script)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(git.waitFor()).isZero();
    }

    @Test
    void buildersAreKept() throws Exception {
        String name = fresh("builder");
        JsonNode made = ok(admin.post(
                "admin/builders",
                Map.of("name", name, "ssh_uri", "ssh://nix@builder", "systems", List.of("x86_64-linux"))));
        assertThat(made.get("consecutive_failures").asInt()).isZero();
        assertThat(made.get("disabled_until").isNull()).isTrue();
        assertThat(made.get("last_failure").isNull()).isTrue();
        assertThat(made.get("enabled").asBoolean()).isTrue();
        assertThat(made.get("max_jobs").asInt()).isEqualTo(1);
        assertThat(made.get("supported_features")).isEmpty();
        String path = "admin/builders/" + made.get("id").asString();
        assertThat(ok(anonymous.get(path))).isEqualTo(made);
        ok(admin.put(path, Map.of("speed_factor", 9, "enabled", false, "supported_features", List.of("kvm"))));
        JsonNode changed = ok(anonymous.get(path));
        assertThat(changed.get("enabled").asBoolean()).isFalse();
        assertThat(changed.at("/supported_features/0").asString()).isEqualTo("kvm");
        assertThat(changed.at("/systems/0").asString()).isEqualTo("x86_64-linux");
        assertThat(ok(anonymous.get("admin/builders")).at("/0/id")).isEqualTo(made.get("id"));
        refused(
                admin.post(
                        "admin/builders",
                        Map.of("name", name, "ssh_uri", "ssh://nix@builder", "systems", List.of("x86_64-linux"))),
                409,
                "CONFLICT");
        refused(admin.post("admin/builders", Map.of("name", name)), 422, "VALIDATION_ERROR");
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of("ssh_uri", ""),
                Map.of("ssh_uri", "https://x"),
                Map.of("ssh_uri", "ssh://-oProxyCommand=x"),
                Map.of("ssh_uri", "ssh://a b"),
                Map.of("systems", List.of()),
                Map.of("systems", List.of("x86_64")),
                Map.of("max_jobs", 0),
                Map.of("speed_factor", 0),
                Map.of("name", "a b"))) {
            refused(admin.put(path, bad), 400, "VALIDATION_ERROR");
        }
        refused(admin.put("admin/builders/" + nowhere(), Map.of("max_jobs", 2)), 404, "NOT_FOUND");
        assertThat(admin.delete(path).status()).isEqualTo(204);
        refused(admin.delete(path), 404, "NOT_FOUND");
        refused(anonymous.get(path), 404, "NOT_FOUND");
    }
}
