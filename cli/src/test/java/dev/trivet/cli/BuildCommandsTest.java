package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is done with builds of pipelines from the command line, at a real server with a real sandbox. */
@ExtendWith(LiveServer.Extension.class)
@Timeout(180)
class BuildCommandsTest {
    private static final String PIPELINE = """
            {"version": "0", "steps": [
              {"type": "command", "key": "make", "cmd": "mkdir -p dist; echo made > dist/app; echo top > app; echo making",
               "artifacts": ["dist/app", "app"]},
              {"type": "command", "key": "unit/a b", "label": "Unit tests", "cmd": "echo testing; echo the reason >&2; exit 3",
               "builds_in": "make"},
              {"type": "command", "key": "lint", "cmd": "echo linting; exit 2", "builds_in": "make",
               "soft_fail_policy": {"exit_codes": [2]}},
              {"type": "command", "key": "ship", "cmd": "echo shipping", "builds_in": "unit/a b"}]}
            """;

    @TempDir
    Path folder;

    private LiveServer server;
    private Shell shell;

    @BeforeEach
    void enter(LiveServer given) throws Exception {
        server = given;
        shell = given.shell(folder);
    }

    @Test
    void aBuildIsShownListedAndItsLogsAndArtifactsAreHad() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("shown"));
        shell.file("shown/ci.json", PIPELINE);
        Shell.Said submitted = shell.say("submit", "--note", "what it is", "shown/ci.json");
        String page = submitted.out().strip();
        String build = address(page);
        Shell.Said followed = shell.say("logs", "-f", page);
        assertThat(followed.code()).as(followed.all()).isEqualTo(1);
        assertThat(followed.out().lines())
                .contains("make     │ making", "unit/a b │ the reason", "lint     │ failed softly with exit code 2")
                .contains("unit/a b │ failed with exit code 3");
        assertThat(shell.say("logs", build).out().lines())
                .containsExactlyInAnyOrder(
                        "make     │ making", "unit/a b │ testing", "unit/a b │ the reason", "lint     │ linting");

        Shell.Said shown = shell.say("show", build);
        assertThat(shown.out())
                .startsWith(build + " failed\n" + page + "\n")
                .contains("message: what it is", "The end of the log of unit/a b:\ntesting\nthe reason\n")
                .containsPattern("lint +soft failed .* 2\n")
                .containsPattern("ship +skipped");
        JsonNode json = shell.say("show", "--json", build).json();
        assertThat(json.path("jobs").size()).isEqualTo(4);
        assertThat(json.path("state").asString()).isEqualTo("failed");

        String organization = build.substring(0, build.indexOf('/'));
        String pipeline = build.substring(0, build.lastIndexOf('/'));
        assertThat(shell.say("list", organization).out()).contains(pipeline + " ");
        assertThat(shell.say("list", pipeline).out()).containsPattern(build + " +failed .*what it is");
        assertThat(shell.say("list", "--status", "passed", pipeline).err()).isEqualTo("No builds.\n");
        assertThat(shell.say("list", "--json", "--status", "failed", "--limit", "1", pipeline)
                        .json()
                        .size())
                .isEqualTo(1);
        assertThat(tree).isDirectoryContaining(file -> file.endsWith("ci.json"));
        oneJob(build, page);
        artifacts(build);
    }

    private void oneJob(String build, String page) {
        Shell.Said job = shell.say("show", page + "/jobs/unit/a%20b");
        assertThat(job.out())
                .startsWith(build + "/unit/a b failed\nname: Unit tests\ncommand: echo testing")
                .contains("exit code: 3\n", "waits for: make\n", "waited for by: ship\n", "\nthe reason\n");
        assertThat(shell.say("logs", build + "/unit/a b").out()).isEqualTo("testing\nthe reason\n");
        assertThat(List.of(
                        shell.say("logs", "-f", build + "/make").code(),
                        shell.say("logs", "-f", build + "/unit/a b").code(),
                        shell.say("logs", "-f", build + "/lint").code(),
                        shell.say("logs", "-f", build + "/ship").code()))
                .containsExactly(0, 1, 0, 1);
        assertThat(shell.say("logs", "-f", "--json", build + "/make").out()).isEqualTo("""
                {"job":"make","line":"making"}
                {"job":"make","state":"passed"}
                """);
        JsonNode json = shell.say("show", "--json", build + "/make").json();
        assertThat(json.path("artifacts").size()).isEqualTo(2);
        Shell.Said none = shell.say("logs", build + "/none");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("has no job 'none': it has make, unit/a b, lint, ship");
    }

    private void artifacts(String build) throws IOException {
        assertThat(shell.say("artifacts", build).out())
                .containsPattern("make +dist/app +5 B +http://")
                .containsPattern("make +app +4 B");
        assertThat(shell.say("artifacts", build + "/unit/a b").err()).isEqualTo("No artifacts.\n");
        JsonNode json = shell.say("artifacts", "--json", build).json();
        assertThat(json.path(0).path("job").asString()).isEqualTo("make");
        Shell.Said saved = shell.say("artifacts", "--download", "all", build);
        assertThat(saved.code()).as(saved.all()).isZero();
        assertThat(folder.resolve("all/make/dist/app")).hasContent("made");
        assertThat(folder.resolve("all/make/app")).hasContent("top");
        assertThat(shell.say("artifacts", "--download", "one", build + "/make").code())
                .isZero();
        assertThat(folder.resolve("one/dist/app")).hasContent("made");
    }

    @Test
    void aBuildIsCancelledAndItsFollowersEndWith130() throws IOException {
        shell.file("ci.json", """
                {"version": "0", "steps": [{"type": "command", "key": "slow", "cmd": "echo now it is slow; sleep 300"}]}
                """);
        String build = address(shell.say("submit", "ci.json").out().strip());
        var all = CompletableFuture.supplyAsync(() -> shell.say("logs", "-f", build));
        var one = CompletableFuture.supplyAsync(() -> shell.say("logs", "-f", build + "/slow"));
        String log = "";
        while (!log.contains("now it is slow")) {
            log = shell.say("logs", build + "/slow").out();
        }
        assertThat(shell.say("cancel", build + "/slow").err()).contains("cannot be cancelled alone");
        assertThat(shell.say("cancel", "--json", build).out())
                .isEqualTo("{\"id\":\"" + build + "\",\"cancel\":\"requested\"}\n");
        assertThat(all.join().code()).as(all.join().all()).isEqualTo(130);
        assertThat(one.join().code()).as(one.join().all()).isEqualTo(130);
        assertThat(one.join().out()).startsWith("now it is slow\n");
        assertThat(shell.say("show", build).out()).startsWith(build + " canceled\n");
    }

    @Test
    void anOutputThatIsClosedEndsAFollowerWith141AndNotTheBuild() throws IOException {
        shell.file("ci.json", """
                {"version": "0", "steps": [{"type": "command", "key": "two", "cmd": "echo one; sleep 1; echo two; sleep 1; echo three"}]}
                """);
        Shell.Said said = shell.intoHead("submit", "-f", "ci.json");
        assertThat(said.code()).as(said.all()).isEqualTo(141);
        assertThat(said.out()).isEqualTo("two │ one\n");
        String build = said.err().lines().findFirst().orElseThrow().replace("build ", "");
        assertThat(shell.say("logs", "-f", build).code()).isZero();
        assertThat(shell.intoHead("logs", "-f", build).code()).isEqualTo(141);
        assertThat(shell.intoHead("logs", build).code()).isEqualTo(141);
    }

    @Test
    void anOutputThatIsClosedCancelsARunAsControlCDoes() throws IOException {
        Files.createDirectory(folder.resolve("tree"));
        shell.file("tree/ci.json", """
                {"version": "0", "steps": [{"type": "command", "key": "slow", "cmd": "echo one; echo two; sleep 300"}]}
                """);
        shell.file(
                "slow.yml",
                "image: debian/bookworm\ntasks:\n  - slow: |\n      echo one\n      echo two\n      sleep 300\n");
        Shell.Said pipeline = shell.intoHead("run", "--data", "own", "tree/ci.json");
        assertThat(pipeline.code()).as(pipeline.all()).isEqualTo(141);
        Shell.Said manifest = shell.intoHead("run", "--data", "own", "slow.yml");
        assertThat(manifest.code()).as(manifest.all()).isEqualTo(141);
        // The same data: both are over, and not begun anew.
        shell.file("tree/then.json", """
                {"version": "0", "steps": [{"type": "command", "key": "then", "cmd": "echo then"}]}
                """);
        Shell.Said then = shell.say("run", "--data", "own", "tree/then.json");
        assertThat(then.out()).startsWith("then │ then\n");
        assertThat(then.err()).contains("/2 passed");
    }

    @Test
    void aPipelineMayComeFromStandardInputAndRunOnAnyDirectory() throws IOException {
        Files.createDirectories(folder.resolve("elsewhere/deep"));
        shell.file("elsewhere/deep/file", "the file\n");
        String pipeline =
                "{\"version\":\"0\",\"steps\":[{\"type\":\"command\",\"key\":\"cat\",\"cmd\":\"cat deep/file\","
                        + "\"artifacts\":[\"deep/file\"]}]}";
        Shell.Said said =
                shell.type(pipeline, "run", "--data", "own", "--directory", "elsewhere", "--artifacts", "saved", "-");
        assertThat(said.code()).as(said.all()).isZero();
        assertThat(said.out()).startsWith("cat │ the file\n");
        assertThat(folder.resolve("saved/cat/deep/file")).hasContent("the file");
        assertThat(shell.type(pipeline, "submit", "-f", "--directory", "elsewhere", "-")
                        .code())
                .isZero();
        assertThat(shell.type(pipeline, "submit", "--directory", "nowhere", "-").err())
                .contains("'nowhere', which is no directory");
        assertThat(shell.type(pipeline, "submit", "--private", "-").err()).contains("--private is for manifests");
        assertThat(shell.type(pipeline, "submit", "--tag", "a", "-").err()).contains("--tag is for manifests");
        // A manifest may be JSON, too.
        Shell.Said manifest = shell.type(
                "{\"image\":\"debian/bookworm\",\"tasks\":[{\"a\":\"echo json\"}]}", "submit", "--directory", ".", "-");
        assertThat(manifest.err()).contains("--directory is for pipelines");
    }

    @Test
    void wrongNamesEndWith2AndUnknownOnesWith1() {
        assertThat(List.of(
                        shell.say("show", server.address() + "/a/pipelines/b/builds/1?job=7"),
                        shell.say("logs", "http://elsewhere.example/a/pipelines/b/builds/1"),
                        shell.say("logs", "--task", "x", "a/b/1"),
                        shell.say("start", "a/b/1"),
                        shell.say("show", "--manifest", "a/b/1"),
                        shell.say("cancel", "a/b"),
                        shell.say("list", "a/b/1"),
                        shell.say("list", "--status", "success", "a/b"),
                        shell.say("list", "--status", "passed"),
                        shell.say("list", "--status", "passed", "a")))
                .allSatisfy(said -> {
                    assertThat(said.code()).as(said.all()).isEqualTo(2);
                    assertThat(said.err()).startsWith("error: ").doesNotContain("at dev.trivet");
                });
        assertThat(List.of(
                        shell.say("show", "no/such/1"),
                        shell.say("logs", "no/such/1"),
                        shell.say("logs", "-f", "no/such/1"),
                        shell.say("cancel", "no/such/1"),
                        shell.say("artifacts", "no/such/1"),
                        shell.say("list", "no/such")))
                .allSatisfy(said -> {
                    assertThat(said.code()).as(said.all()).isEqualTo(1);
                    assertThat(said.err()).contains("not found: there is no organization of this slug");
                });
    }

    private static String address(String page) {
        return page.replaceFirst("^http://[^/]+/([^/]+)/pipelines/([^/]+)/builds/([0-9]+)$", "$1/$2/$3");
    }
}
