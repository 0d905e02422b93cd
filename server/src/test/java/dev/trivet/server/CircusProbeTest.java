package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the wizard for new projects asks (spec circus section 2.4); the real Nix is asked where it is installed. */
class CircusProbeTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String URL = "https://github.com/example/project";

    @TempDir
    static Path directory;

    private static CircusServer server;
    private static CircusClient creator;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(directory, Map.of("TRIVET_SERVER_ALLOWED_URL_SCHEMES", "https,http,git,ssh,file"));
        creator = server.having("create-projects");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String fresh(String word) {
        return word + "-" + NUMBERS.incrementAndGet();
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
}
