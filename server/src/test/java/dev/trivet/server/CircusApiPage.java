package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.http.Access;
import dev.trivet.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of endpoints: who may call each, what is answered, and which tests prove it. */
final class CircusApiPage {
    /**
     * Tests beyond the table of statuses: a path and all that is below it, or with a method this endpoint alone; statuses that they prove beyond
     * those of the table; the tests.
     */
    private static final String PROOFS = """
            /api/v1/admin/audit-log             |     | CircusBuildersTest#whatAdministratorsRemoveAndBuildersAreWrittenDown CircusKeysTest#theLogIsGivenInParts
            /api/v1/admin/builders              |     | CircusBuildersTest#buildersAreKept
            /api/v1/admin/builders/sessions     |     | CircusRunnersTest#runnersAreListedConnectedOnesFirstAndStayListed
            /api/v1/admin/config                |     | CircusConfigTest
            /api/v1/admin/notification-tasks    |     | CircusTasksTest#tasksAreListedWithoutTheirSecretsAndFailedOnesRetried
            /api/v1/admin/pinned-build-products |     | CircusPinsTest#productsOfKeptBuildsAreListedUntilTheyAreLetGo
            /api/v1/admin/pinned-builds         |     | CircusPinsTest#productsOfKeptBuildsAreListedUntilTheyAreLetGo
            /api/v1/admin/system                |     | CircusTest#theSystemIsCountedForAdministrators
            /api/v1/api-keys                    |     | CircusKeysTest#keysHaveOneRoleAndEndAtOnce
            /api/v1/auth/github                 | 302 | CircusSignInTest#githubSaysWhoOneIs CircusSignInTest#whoDidNotBeginCannotFinish
            /api/v1/builds                      |     | CircusBuildsTest
            /api/v1/builds/{build_id}/products/{product_id}/download | 200 | CircusProductsTest#whatIsBuiltIsListedAndDownloaded
            /api/v1/builds/{id}/reproduce       |     | CircusReportTest
            /api/v1/channels                    | 200 | CircusChannelsTest CircusChannelBuildsTest
            /api/v1/evaluations/{id}/report     |     | CircusReportTest
            /api/v1/projects/{id}/notifications |     | CircusNotificationsTest
            /channel                            | 200 | CircusChannelsTest ChannelInstallTest
            /nix-cache                          | 200 404 | CircusCacheTest
            GET /api/v1/builds/{id}/constituents | 422 | CircusBuildsTest#aPushGoesToGreenAndRedAndTheNextOneBuildsOnlyWhatChanged
            /api/v1/evaluations                 |     | CircusEvaluationsTest CircusLinesTest
            /api/v1/me                          |     | CircusPeopleTest#oneChangesOneselfButNotOnesRole
            /api/v1/me/password                 |     | CircusPeopleTest#thePasswordIsChangedByWhoKnowsIt
            /api/v1/me/starred-jobs             |     | CircusKeysTest#starsAreEverybodysOwn
            /api/v1/metrics                     |     | CircusMetricsTest#seriesHaveAlignedBuckets
            /api/v1/news                        |     | CircusKeysTest#newsIsForEverybodyToRead
            /api/v1/openapi.json                |     | CircusTest#theDocumentHasEveryRoute
            /api/v1/projects                    |     | CircusProjectsTest
            /api/v1/projects/probe              | 200 | CircusProbeTest#aRepositoryIsProbed
            /api/v1/projects/setup              |     | CircusProbeTest#setupIsAllOrNothing
            /api/v1/projects/{id}/builds        |     | CircusSearchTest#theBuildsOfAProjectAndItsChannelsAreListed
            /api/v1/projects/{id}/channels      |     | CircusSearchTest#theBuildsOfAProjectAndItsChannelsAreListed
            /api/v1/projects/{id}/jobsets       |     | CircusJobsetsTest#aJobsetIsMadeReadChangedAndRemoved
            /api/v1/projects/{id}/jobsets/{jobset_id}/inputs | | CircusJobsetsTest#inputsAreMadeListedByNameAndRemoved
            /api/v1/projects/{id}/webhooks      |     | CircusJobsetsTest#webhooksNeverShowTheirSecret
            /api/v1/search                      |     | CircusSearchTest
            /api/v1/search/quick                |     | CircusSearchTest#theSearchBoxFindsProjectsAndBuilds
            /api/v1/users                       |     | CircusPeopleTest#usersAreCreatedChangedAndDeleted
            /api/v1/webhooks                    | 200 | CircusHooksTest
            /auth/ldap                          | 200 401 | CircusSignInTest#theDirectorySaysWhoOneIs CircusSignInTest#whomTheDirectoryDoesNotKnowIsKeptOut
            /health                             | 200 503 | CircusHealthTest
            /job/{project}/{jobset}/{job}/badge | 200 | CircusMetricsTest#badgesTellTheLatestCompletedEvaluation
            /job/{project}/{jobset}/{job}/shield | 200 | CircusMetricsTest#badgesTellTheLatestCompletedEvaluation
            /job/{project}/{jobset}/{job}/latest | 302 404 | CircusMetricsTest#theNewestSuccessIsPointedTo
            /prometheus                         | 200 | CircusMetricsTest#prometheusReadsTheCounts
            """;

    private static final String HEAD = """
            # Endpoints of Circus

            Every endpoint of the reference of Circus, what is documented to be answered, who may call it, and what is answered to whom. The tests write
            this page (`-Dtrivet.docs.write=true`) and fail when it is stale; they call every endpoint as it says.

            - *grant*: what a caller must have. `GET` and `HEAD` are for everybody unless `server.require_api_key_for_reads` is set.
            - *nobody*, *read-only*, *admin*, *person*: what is answered without a credential, to keys with these roles, and to a user without a role.
            - *unknown*, *malformed*: what is answered to whoever may, when the last id is nobody's, and when an id is none.
            - A dash: there is no such case, or the tests that are named prove it.

            """;
    private static final String COLUMNS = """
            | method | endpoint | documented | grant | nobody | read-only | admin | person | unknown | malformed | tests |
            |---|---|---|---|---|---|---|---|---|---|---|
            """;
    private static final List<String> PLACES =
            List.of("/api/v1/", "/auth/ldap", "/channel/", "/health", "/job/", "/nix-cache/", "/prometheus");

    private final List<Endpoint> contract;
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final Map<String, CircusStatusesTest.Row> rows = new LinkedHashMap<>();
    private final List<Proof> proofs = PROOFS.lines().map(Proof::of).toList();

    CircusApiPage(Stream<Route> served, Collection<CircusStatusesTest.Row> rows) throws IOException {
        try (InputStream facts = CircusApiPage.class.getResourceAsStream("circus-endpoints.txt")) {
            String text = new String(Objects.requireNonNull(facts).readAllBytes(), StandardCharsets.UTF_8);
            this.contract = text.lines().map(Endpoint::of).toList();
        }
        served.filter(route -> isOurs(route.pattern().toString()))
                .forEach(route -> routes.put(key(route.method() + " " + route.pattern()), route));
        rows.forEach(row -> this.rows.put(key(row.route()), row));
    }

    private static boolean isOurs(String pattern) {
        return PLACES.stream()
                .anyMatch(place -> place.endsWith("/") ? pattern.startsWith(place) : pattern.equals(place));
    }

    /** An endpoint of the contract, with the statuses that it names. */
    private record Endpoint(String name, Set<Integer> statuses) {
        static Endpoint of(String line) {
            String[] words = line.split(" ");
            return new Endpoint(
                    words[0] + " " + words[1],
                    Arrays.stream(words, 2, words.length)
                            .map(Integer::valueOf)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** Tests, and what they prove. */
    private record Proof(String place, Set<Integer> statuses, List<String> tests) {
        static Proof of(String line) {
            String[] cells = line.split("\\|");
            return new Proof(
                    key(cells[0].strip()),
                    Arrays.stream(cells[1].strip().split(" +"))
                            .filter(word -> !word.isEmpty())
                            .map(Integer::valueOf)
                            .collect(Collectors.toSet()),
                    List.of(cells[2].strip().split(" +")));
        }

        boolean isOf(String endpoint) {
            String path = endpoint.substring(endpoint.indexOf(' ') + 1);
            return place.startsWith("/") ? (path + "/").startsWith(place + "/") : place.equals(endpoint);
        }
    }

    /** How parameters are called does not matter. */
    private static String key(String endpoint) {
        return endpoint.replaceAll("\\{[^}]*}", "{}");
    }

    /** Those of the contract that the server has not got. */
    Set<String> missing() {
        return contract.stream()
                .map(Endpoint::name)
                .filter(name -> !routes.containsKey(key(name)))
                .collect(Collectors.toSet());
    }

    /** Statuses of the contract that no test proves, by endpoint. */
    List<String> unproved() {
        List<String> unproved = new ArrayList<>();
        for (Endpoint endpoint : contract) {
            Set<Integer> open = new TreeSet<>(endpoint.statuses);
            CircusStatusesTest.Row row = rows.get(key(endpoint.name));
            open.removeAll(row == null ? List.of() : row.statuses());
            of(key(endpoint.name)).forEach(proof -> open.removeAll(proof.statuses));
            if (routes.containsKey(key(endpoint.name)) && !open.isEmpty()) {
                unproved.add(endpoint.name + " " + open);
            }
        }
        return unproved;
    }

    /** Every test that is named is there. */
    void checkNames() throws Exception {
        for (Proof proof : proofs) {
            for (String test : proof.tests) {
                String[] parts = test.split("#");
                Class<?> named = Class.forName(CircusApiPage.class.getPackageName() + "." + parts[0]);
                assertThat(parts.length == 1
                                || Arrays.stream(named.getDeclaredMethods())
                                        .anyMatch(method -> method.getName().equals(parts[1])))
                        .as("%s, which is to prove %s", test, proof.place)
                        .isTrue();
            }
        }
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD).append(COLUMNS);
        Map<String, Route> further = new LinkedHashMap<>(routes);
        for (Endpoint endpoint : contract) {
            further.remove(key(endpoint.name));
            text.append(line(endpoint.name, endpoint.statuses));
        }
        text.append("\n## Beyond the reference\n\n").append(COLUMNS);
        further.values().stream()
                .map(route -> route.method() + " " + route.pattern())
                .sorted()
                .forEach(name -> text.append(line(name, Set.of())));
        return text.toString();
    }

    private String line(String name, Set<Integer> documented) {
        Route route = routes.get(key(name));
        CircusStatusesTest.Row row = rows.get(key(name));
        List<String> cells = new ArrayList<>(List.of(
                name.substring(0, name.indexOf(' ')),
                "`" + name.substring(name.indexOf(' ') + 1) + "`",
                documented.isEmpty() ? "–" : joined(documented)));
        if (route == null) {
            cells.addAll(List.of("not there yet", "–", "–", "–", "–", "–", "–", "–"));
            return "| " + String.join(" | ", cells) + " |\n";
        }
        cells.add(grant(route.access()));
        List<Integer> statuses = row == null ? List.of(0, 0, 0, 0, 0, 0) : row.statuses();
        statuses.forEach(status -> cells.add(status == 0 ? "–" : "" + status));
        cells.add(tests(key(name), row != null));
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** The tests of the innermost place, and that of the table. */
    private String tests(String endpoint, boolean inTable) {
        int longest = of(endpoint).mapToInt(proof -> proof.place.length()).max().orElse(0);
        return Stream.concat(
                        inTable ? Stream.of(CircusStatusesTest.class.getSimpleName()) : Stream.empty(),
                        of(endpoint)
                                .filter(proof -> proof.place.length() == longest)
                                .flatMap(proof -> {
                                    String beyond = proof.statuses.isEmpty()
                                            ? ""
                                            : " (" + joined(new TreeSet<>(proof.statuses)) + ")";
                                    return proof.tests.stream().map(test -> test + beyond);
                                }))
                .collect(Collectors.joining(", "));
    }

    private Stream<Proof> of(String endpoint) {
        return proofs.stream().filter(proof -> proof.isOf(endpoint));
    }

    private static String joined(Set<Integer> statuses) {
        return statuses.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String grant(Access access) {
        return switch (access) {
            case Access.Public _ -> "everybody";
            case Access.Authenticated _ -> "any credential";
            case Access.Granted granted -> "the grant `" + granted.grant() + "`";
            case Access.Administrator _ -> "an administrator";
            case Access.Ruled ruled -> ruled.needed();
            case Access.Runner _ -> "a runner's token";
            case Access.SignedIn _ -> "a session";
        };
    }
}
