package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every endpoint below {@code /api/v1}, and what each kind of caller is answered (spec circus section 2). */
class CircusStatusesTest {
    /**
     * One line for each endpoint:
     *
     * <ul>
     *   <li>the path as the document has it, without {@code /api/v1/}, and whatever query it needs
     *   <li>the things that are made for it ({@link CircusThings}); their ids take the places of the path's parameters in their order, and the
     *       first and last one those of {@code {first}} and {@code {id}} in the body
     *   <li>the statuses for nobody, for a key with the role read-only, for one with the role admin, and for a person: a read-only user that
     *       has all of its own rights. A dash: not asked
     *   <li>the statuses for whoever may, when the last id is nobody's, and when any of them is no UUID
     *   <li>the body; {@code {fresh}} stands for a name that nothing has
     * </ul>
     */
    private static final String TABLE = """
            GET    | admin/audit-log                            |                      | 401 403 200 403 |  -   -  |
            GET    | admin/builders                             |                      | 200 200 200  -  |  -   -  |
            POST   | admin/builders                             |                      | 401 403 200 403 |  -   -  | {"name": "{fresh}", "ssh_uri": "ssh://nix@host", "systems": ["x86_64-linux"]}
            GET    | admin/builders/{id}                        | builder              | 200 200 200  -  | 404 400 |
            PUT    | admin/builders/{id}                        | builder              | 401 403 200 403 | 404 400 | {"max_jobs": 2}
            DELETE | admin/builders/{id}                        | builder              | 401 403 204 403 | 404 400 |
            GET    | admin/builders/sessions                    |                      | 200 200 200  -  |  -   -  |
            GET    | admin/builders/sessions/connected          |                      | 200 200 200  -  |  -   -  |
            GET    | admin/builders/sessions/{machine_id}       | runner               | 200 200 200  -  | 404 400 |
            GET    | admin/config                               |                      | 401 403 200 403 |  -   -  |
            PUT    | admin/config                               |                      | 401 403 200 403 |  -   -  | {"contents": "[server]\\nconfig_editor_enabled = true\\n"}
            GET    | admin/notification-tasks                   |                      | 401 403 200 403 |  -   -  |
            POST   | admin/notification-tasks/{id}/retry        | task                 | 401 403 202 403 | 400 400 |
            GET    | admin/pinned-build-products                |                      | 401 403 200 403 |  -   -  |
            POST   | admin/pinned-builds/{id}/unpin             | build                | 401 403 200 403 | 404 400 |
            GET    | admin/system                               |                      | 401 403 200 403 |  -   -  |
            GET    | api-keys                                   |                      | 401 403 200 403 |  -   -  |
            POST   | api-keys                                   |                      | 401 403 200 403 |  -   -  | {"name": "{fresh}"}
            DELETE | api-keys/{id}                              | key                  | 401 403 204 403 | 404 400 |
            GET    | auth/github                                |                      | 302 302 302  -  |  -   -  |
            GET    | auth/github/callback?code=a&state=b        |                      | 401 401 401  -  |  -   -  |
            GET    | builds                                     |                      | 200 200 200  -  |  -   -  |
            GET    | builds/recent                              |                      | 200 200 200  -  |  -   -  |
            GET    | builds/stats                               |                      | 200 200 200  -  |  -   -  |
            GET    | builds/{id}                                | build                | 200 200 200  -  | 404 400 |
            POST   | builds/{id}/bump                           | waiting              | 401 403 200 403 | 400 400 |
            POST   | builds/{id}/cancel                         | waiting              | 401 403 200 403 | 404 400 |
            GET    | builds/{id}/constituents                   | aggregate            | 200 200 200  -  | 404 400 |
            # What belongs to a build that is not there is nothing.
            GET    | builds/{id}/dependencies                   | build                | 200 200 200  -  | 200 400 |
            GET    | builds/{id}/dependents                     | build                | 200 200 200  -  | 200 400 |
            PUT    | builds/{id}/keep/{value}                   | build true           | 401 403 200 403 | 400 400 |
            GET    | builds/{id}/log                            | failed               | 200 200 200  -  | 404 400 |
            GET    | builds/{id}/log/stream                     | failed               | 200 200 200  -  | 404 400 |
            GET    | builds/{build_id}/products/{product_id}/download | build product  | 200 200 200  -  | 404 400 |
            GET    | builds/{id}/products                       | build                | 200 200 200  -  | 200 400 |
            GET    | builds/{id}/reproduce                      | failed               | 200 200 200  -  | 404 400 |
            POST   | builds/{id}/restart                        | failed               | 401 403 200 403 | 404 400 |
            GET    | builds/{id}/steps                          | build                | 200 200 200  -  | 200 400 |
            GET    | channels                                   |                      | 200 200 200  -  |  -   -  |
            POST   | channels                                   | project jobset       | 401 403 200 403 | 404 400 | {"project_id": "{first}", "name": "{fresh}", "jobset_id": "{id}"}
            GET    | channels/{id}                              | channel              | 200 200 200  -  | 404 400 |
            DELETE | channels/{id}                              | channel              | 401 403 204 403 | 404 400 |
            POST   | channels/{channel_id}/promote/{eval_id}    | channel candidate    | 401 403 200 403 | 404 400 |
            GET    | channels/{id}/history                      | channel              | 200 200 200  -  | 404 400 |
            GET    | channels/{id}/nixexprs.tar.xz              | channel              | 200 200 200  -  | 404 400 |
            POST   | channels/{id}/rollback                     | moved                | 401 403 200 403 | 404 400 |
            GET    | evaluations                                |                      | 200 200 200  -  |  -   -  |
            POST   | evaluations/trigger                        | alone                | 401 403 202 403 | 404 400 | {"jobset_id": "{id}", "commit_hash": "abc123"}
            GET    | evaluations/{id}                           | evaluation           | 200 200 200  -  | 404 400 |
            GET    | evaluations/{id}/compare?to={to}           | evaluation evaluation | 200 200 200  -  | 404 400 |
            GET    | evaluations/{id}/errors                    | evaluation           | 200 200 200  -  | 404 400 |
            GET    | evaluations/{id}/report                    | evaluation           | 200 200 200  -  | 404 400 |
            GET    | me                                         |                      | 401 200 200 200 |  -   -  |
            PUT    | me                                         |                      | 401 401 401 200 |  -   -  | {"full_name": "Some Person"}
            POST   | me/password                                |                      | 401 401 401 204 |  -   -  | {"current_password": "Correct-Horse-1", "new_password": "Correct-Horse-2"}
            GET    | me/starred-jobs                            |                      | 401 401 401 200 |  -   -  |
            POST   | me/starred-jobs                            | project              | 401 401 401 200 | 404 400 | {"project_id": "{id}", "job_name": "{fresh}"}
            DELETE | me/starred-jobs/{id}                       | star                 | 401 401 401 204 | 404 400 |
            GET    | metrics/systems                            |                      | 200 200 200  -  |  -   -  |
            GET    | metrics/timeseries/builds                  |                      | 200 200 200  -  |  -   -  |
            GET    | metrics/timeseries/duration                |                      | 200 200 200  -  |  -   -  |
            GET    | news                                       |                      | 200 200 200  -  |  -   -  |
            POST   | news                                       |                      | 401 403 201 403 |  -   -  | {"title": "News", "content": "There are some."}
            DELETE | news/{id}                                  | news                 | 401 403 204 403 | 404 400 |
            GET    | openapi.json                               |                      | 200 200 200  -  |  -   -  |
            GET    | projects                                   |                      | 200 200 200  -  |  -   -  |
            POST   | projects                                   |                      | 401 403 200 403 |  -   -  | {"name": "{fresh}", "repository_url": "https://example.org/a"}
            # An address of the inside is refused before anything is fetched.
            POST   | projects/probe                             |                      | 401 403 400 403 |  -   -  | {"repository_url": "https://localhost/a"}
            POST   | projects/setup                             |                      | 401 403 200 403 |  -   -  | {"name": "{fresh}", "repository_url": "https://example.org/a", "jobsets": []}
            GET    | projects/{id}                              | project              | 200 200 200  -  | 404 400 |
            PUT    | projects/{id}                              | project              | 401 403 200 403 | 404 400 | {"description": "changed"}
            DELETE | projects/{id}                              | project              | 401 403 204 403 | 404 400 |
            # What belongs to a project that is not there is nothing.
            GET    | projects/{id}/builds                       | project              | 200 200 200  -  | 200 400 |
            GET    | projects/{id}/jobsets                      | project              | 200 200 200  -  | 200 400 |
            POST   | projects/{id}/jobsets                      | project              | 401 403 200 403 | 404 400 | {"name": "{fresh}", "nix_expression": "."}
            GET    | projects/{id}/notifications                | project              | 401 403 200 403 | 404 400 |
            POST   | projects/{id}/notifications                | project              | 401 403 201 403 | 404 400 | {"notification_type": "github_status", "config": {"token": "t"}}
            DELETE | projects/{id}/notifications/{config_id}    | project notification | 401 403 204 403 | 404 400 |
            # Nothing of the project has been evaluated: that is said, and nothing is sent.
            POST   | projects/{id}/notifications/{config_id}/test | project notification | 401 403 200 403 | 404 400 |
            GET    | projects/{id}/webhooks                     | project              | 200 200 200  -  | 200 400 |
            POST   | projects/{id}/webhooks                     | project              | 401 403 200 403 | 404 400 | {"forge_type": "gitea", "secret": "hook"}
            DELETE | projects/{id}/webhooks/{webhook_id}        | project webhook      | 401 403 204 403 | 404 400 |
            GET    | projects/{project_id}/channels             | project              | 200 200 200  -  | 200 400 |
            GET    | projects/{project_id}/jobsets/{id}         | project jobset       | 200 200 200  -  | 404 400 |
            PUT    | projects/{project_id}/jobsets/{id}         | project jobset       | 401 403 200 403 | 404 400 | {"keep_nr": 5}
            DELETE | projects/{project_id}/jobsets/{id}         | project jobset       | 401 403 204 403 | 404 400 |
            GET    | projects/{project_id}/jobsets/{jobset_id}/inputs            | project jobset       | 200 200 200  -  | 404 400 |
            POST   | projects/{project_id}/jobsets/{jobset_id}/inputs            | project jobset       | 401 403 200 403 | 404 400 | {"name": "{fresh}", "input_type": "string", "value": "x"}
            DELETE | projects/{project_id}/jobsets/{jobset_id}/inputs/{input_id} | project jobset input | 401 403 204 403 | 404 400 |
            GET    | search?q=a                                 |                      | 200 200 200  -  |  -   -  |
            GET    | search/quick?q=a                           |                      | 200 200 200  -  |  -   -  |
            GET    | users                                      |                      | 401 403 200 403 |  -   -  |
            POST   | users                                      |                      | 401 403 200 403 |  -   -  | {"username": "{fresh}", "email": "{fresh}@example.org", "password": "Correct-Horse-1"}
            GET    | users/{id}                                 | user                 | 401 403 200 403 | 404 400 |
            PUT    | users/{id}                                 | user                 | 401 403 200 403 | 404 400 | {"full_name": "Another Person"}
            DELETE | users/{id}                                 | user                 | 401 403 204 403 | 404 400 |
            # Forges have no credential: without a signature nobody is let in. Those that are signed have a test of their own.
            POST   | webhooks/{project_id}/forgejo              | hooked               | 401 401 401  -  | 404 400 | {}
            POST   | webhooks/{project_id}/gitea                | hooked               | 401 401 401  -  | 404 400 | {}
            POST   | webhooks/{project_id}/github               | hooked               | 401 401 401  -  | 404 400 | {}
            POST   | webhooks/{project_id}/gitlab               | hooked               | 401 401 401  -  | 404 400 | {}
            """;

    private static final Pattern PARAMETER = Pattern.compile("\\{[a-z_]+}");

    @TempDir
    static Path directory;

    private static CircusPeople people;
    private static CircusThings things;
    private static CircusClient reader;
    private static CircusClient admin;
    private static CircusClient person;

    @BeforeAll
    static void start() throws Exception {
        Path file = Files.writeString(directory.resolve("trivet.toml"), "[server]\nconfig_editor_enabled = true\n");
        people = CircusPeople.start(
                directory,
                Map.of(
                        "NIX_STORE_DIR", directory.resolve("store").toString(),
                        "TRIVET_OAUTH_GITHUB_CLIENT_ID", "client",
                        "TRIVET_OAUTH_GITHUB_CLIENT_SECRET", "secret",
                        "TRIVET_OAUTH_GITHUB_REDIRECT_URI", "http://localhost/api/v1/auth/github/callback"),
                new Settings.Options(null, null, null, file, null, false));
        reader = people.admin.as(people.key("read-only"));
        admin = people.admin.as(people.key("admin"));
        String _ = people.user("somebody").get("id").asString();
        person = people.as("somebody");
        things = new CircusThings(people, person, directory.resolve("store"));
    }

    @AfterAll
    static void stop() throws Exception {
        things.close();
        people.close();
    }

    /** @param statuses nobody, read-only, admin, person, unknown, malformed; null where there is none */
    record Row(String method, String path, List<String> made, List<Integer> statuses, String body) {
        static Row of(String line) {
            String[] cells =
                    Arrays.stream(line.split("\\|", 6)).map(String::strip).toArray(String[]::new);
            List<Integer> statuses = Stream.of(cells[3], cells[4])
                    .flatMap(cell -> Arrays.stream(cell.split(" +")))
                    .map(status -> status.equals("-") ? 0 : Integer.parseInt(status))
                    .toList();
            List<String> made = cells[2].isEmpty() ? List.of() : List.of(cells[2].split(" +"));
            return new Row(cells[0], cells[1], made, statuses, cells[5]);
        }

        String route() {
            return method + " /api/v1/" + path.replaceAll("\\?.*", "");
        }

        /** What is answered to this caller with these ids. */
        Answer call(CircusClient caller, List<String> ids) throws Exception {
            String place = path;
            for (String id : ids) {
                place = PARAMETER.matcher(place).replaceFirst(id);
            }
            String sent = body.replace("{fresh}", people.fresh("fresh-"));
            if (!ids.isEmpty()) {
                sent = sent.replace("{first}", ids.getFirst());
                sent = sent.replace("{id}", ids.getLast());
            }
            return caller.send(method, place, sent.isEmpty() ? null : sent);
        }

        @Override
        public String toString() {
            return route();
        }
    }

    static List<Row> rows() {
        return TABLE.lines().filter(line -> !line.startsWith("#")).map(Row::of).toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyCallerIsAnsweredAsDocumented(Row row) throws Exception {
        List<String> ids = new ArrayList<>();
        for (String thing : row.made) {
            ids.add(things.make(thing, ids));
        }
        CircusClient allowed = row.statuses.get(3) / 100 == 2 ? person : admin;
        check(row, "nobody", 0, row.call(people.anonymous, ids));
        check(row, "a read-only key", 1, row.call(reader, ids));
        if (row.statuses.get(4) != 0) {
            check(row, "an id of nothing", 4, row.call(allowed, with(ids, ids.size() - 1, "" + UUID.randomUUID())));
        }
        for (int i = 0; row.statuses.get(5) != 0 && i < ids.size(); i++) {
            check(row, "no UUID at place " + i, 5, row.call(allowed, with(ids, i, "no-uuid")));
        }
        // Last, since it may be gone afterwards.
        if (row.statuses.get(3) != 0) {
            check(row, "a person", 3, row.call(person, ids));
        }
        check(row, "an admin key", 2, row.call(admin, ids));
    }

    /** The binary cache asks nobody who they are (spec circus section 7); what is not there has no body. */
    @ParameterizedTest
    @CsvSource({
        "nix-cache-info, 200",
        "public-key, 200",
        "00000000000000000000000000000001.narinfo, 200",
        "00000000000000000000000000000001, 200",
        "00000000000000000000000000000002.narinfo, 404",
        "no-hash, 404",
        "nar/0000000000000000000000000000000000000000000000000001.nar.zst, 404",
        "nar/no-hash, 404",
        "upstream/nobody/nar/x, 404",
        "nowhere/at/all, 404"
    })
    void theBinaryCacheAnswersEverybodyAlike(String path, int status) throws Exception {
        String store = people.anonymous
                .send("GET", "/nix-cache/nix-cache-info", null)
                .body()
                .lines()
                .findFirst()
                .orElseThrow()
                .substring("StoreDir: ".length());
        try (Storage storage = people.visit()) {
            storage.database().<Integer, RuntimeException>write(handle -> handle.execute("""
                    insert into circus.narinfo_cache (store_path, nar_hash, nar_size, compression, url, blob, sig)
                    values (? || '/00000000000000000000000000000001-x', 'sha256:' || repeat('0', 52), 1, 'none', 'nar/x',
                        repeat('0', 64), 'k-1:' || repeat('A', 86) || '==')
                    on conflict do nothing
                    """, store));
        }
        for (CircusClient caller : List.of(people.anonymous, reader, admin, person)) {
            Answer answer = caller.send("GET", "/nix-cache/" + path, null);
            assertThat(answer.status()).as(path).isEqualTo(status);
            assertThat(answer.body().isEmpty()).isEqualTo(status == 404);
            assertThat(answer.response().headers().firstValue("X-Content-Type-Options"))
                    .hasValue("nosniff");
            assertThat(caller.send("POST", "/nix-cache/" + path, null).status()).isIn(404, 405);
        }
    }

    private static List<String> with(List<String> ids, int place, String id) {
        List<String> others = new ArrayList<>(ids);
        others.set(place, id);
        return others;
    }

    private static void check(Row row, String caller, int column, Answer answer) {
        int status = answer.status();
        assertThat(status).as("%s for %s: %s", row, caller, answer.body()).isEqualTo(row.statuses.get(column));
        assertThat(answer.response().headers().firstValue("X-Content-Type-Options"))
                .hasValue("nosniff");
        assertThat(answer.response().headers().firstValue("Referrer-Policy"))
                .hasValue("strict-origin-when-cross-origin");
        boolean hook = row.path.startsWith("webhooks/");
        if (status >= 400 && (!hook || status == 400)) {
            assertThat(answer.json().get("error").asString()).isNotBlank();
            assertThat(answer.code()).isEqualTo(code(status));
        }
    }

    private static String code(int status) {
        return switch (status) {
            case 400 -> "VALIDATION_ERROR";
            case 401 -> "UNAUTHORIZED";
            case 403 -> "FORBIDDEN";
            case 404 -> "NOT_FOUND";
            default -> "";
        };
    }

    @Test
    void theTableHasEveryRouteOfTheDocument() throws Exception {
        List<String> documented = new ArrayList<>();
        people.anonymous
                .get("openapi.json")
                .json()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(rows().stream().map(Row::route))
                .containsExactlyInAnyOrderElementsOf(documented.stream()
                        .filter(route -> route.contains(" /api/v1/"))
                        .toList());
    }

    /** With {@code -Dtrivet.docs.write=true} it is written. */
    @Test
    void thePageOfEndpointsIsWhatTheTestsProve() throws Exception {
        var page = new CircusApiPage(people.server.routes().stream(), rows());
        page.checkNames();
        assertThat(page.missing())
                .as("endpoints of the contract without a route")
                .isEmpty();
        assertThat(page.unproved()).as("statuses that no test proves").isEmpty();
        Path document = Path.of(System.getProperty("trivet.root", "..")).resolve("docs/circus-api.md");
        if (Boolean.getBoolean("trivet.docs.write")) {
            Files.writeString(document, page.text());
        }
        assertThat(document).hasContent(page.text());
    }

    @Test
    void theDocumentHasEveryRouteOfTheServer() throws Exception {
        var paths = people.anonymous.get("openapi.json").json().get("paths");
        people.server.routes().stream()
                .filter(route -> route.pattern().toString().startsWith("/api/v1/"))
                .forEach(route -> assertThat(paths.path(route.pattern().toString())
                                .has(route.method().name().toLowerCase(Locale.ROOT)))
                        .as(route.toString())
                        .isTrue());
    }
}
