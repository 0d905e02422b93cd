package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands as a user has them, at a real server. */
@ExtendWith(LiveServer.Extension.class)
class CommandsTest {
    private static final String QUICK = "image: debian/bookworm\ntasks:\n  - quick: |\n      echo it went well\n";
    private static final String SLOW =
            "image: debian/bookworm\ntasks:\n  - slow: |\n      echo now it is slow\n      sleep 300\n";

    @TempDir
    Path folder;

    private LiveServer server;
    private Shell shell;

    @BeforeEach
    void open(LiveServer given) throws Exception {
        server = given;
        shell = given.shell(folder);
    }

    @Test
    void aManifestMayComeFromStandardInput() {
        Shell.Said said = shell.type(QUICK, "submit", "-f", "--json", "-");
        assertThat(said.code()).as(said.all()).isZero();
        JsonNode job = lastLine(said);
        assertThat(job.path("status").asString()).isEqualTo("success");
        assertThat(said.err()).contains("it went well");
        String id = job.path("id").asString();

        assertThat(shell.say("show", "--json", id)
                        .json()
                        .path("tasks")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("quick");
        assertThat(shell.say("show", "--manifest", id).out()).isEqualTo(QUICK);
        assertThat(shell.say("logs", "--task", "quick", id).out()).contains("it went well");
        assertThat(shell.say("list", "--json", "--limit", "0").json().valueStream())
                .extracting(listed -> listed.path("id").asString())
                .contains(id);
        assertThat(shell.say("artifacts", "--json", id).json().size()).isZero();
    }

    @Test
    void aCancelledJobEndsItsWatchersWith130() {
        JsonNode job = shell.type(SLOW, "submit", "--json", "-").json();
        String id = job.path("id").asString();
        var watcher = CompletableFuture.supplyAsync(() -> shell.say("logs", "-f", id));
        await(() -> shell.say("logs", id).out().contains("now it is slow"));
        assertThat(shell.say("cancel", "--json", id).json().path("cancel").asString())
                .isEqualTo("requested");
        Shell.Said said = watcher.join();
        assertThat(said.code()).as(said.all()).isEqualTo(130);
        assertThat(said.out()).contains("now it is slow");
    }

    @Test
    void aRunThatTakesTooLongEndsWith124() throws IOException {
        Path config = shell.file("trivet.toml", "[runner]\njob_timeout = \"3s\"\n");
        Shell.Said said = shell.type(SLOW, "run", "--data", "own", "--config", config.toString(), "--json", "-");
        assertThat(said.code()).as(said.all()).isEqualTo(124);
        assertThat(lastLine(said).path("status").asString()).isEqualTo("timeout");
    }

    @Test
    void controlCCancelsARun() throws Exception {
        Path manifest = shell.file("slow.yml", SLOW);
        Path out = folder.resolve("out");
        // What runs in the background may have been started with Ctrl-C ignored.
        var builder = new ProcessBuilder(List.of(
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.trivet.cli.Main",
                        "run",
                        "--data",
                        folder.resolve("interrupted").toString(),
                        manifest.toString()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("TRIVET_IMAGES_DIRECTORY", server.images());
        Process process = builder.start();
        try {
            await(() -> text(out).contains("now it is slow"));
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(text(out)).isTrue();
            assertThat(process.exitValue()).as(text(out)).isEqualTo(130);
            assertThat(text(out)).contains("cancelling #1").contains("cancelled after");
        } finally {
            process.destroy();
        }
    }

    @Test
    void aBadManifestIsExplainedWithPlaceAndFix() throws IOException {
        shell.file("bad.yml", "image: debian/bookworm\npackages: 7\ntasks:\n  - a: echo\n");
        for (String command : List.of("run", "submit")) {
            Shell.Said said = shell.say(command, "bad.yml");
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.err()).isEqualTo("""
                    error: bad.yml:2:11: packages: expected a list of strings, found a number '7'
                     2 | packages: 7
                       |           ^
                    fix: write it as a list: packages: [7]
                    """);
        }
        assertThat(shell.type("image: x\ntasks:\n  - ok: |\n      echo\n  broken\n", "submit", "-")
                        .err())
                .startsWith("error: standard input:5:3: ")
                .contains(" 5 |   broken\n   |   ^\nfix: ");
    }

    @Test
    void wrongUsageEndsWith2AndSaysWhatIsRight() {
        assertThat(List.of(
                        shell.say(),
                        shell.say("frobnicate"),
                        shell.say("submit"),
                        shell.say("submit", "nowhere.yml"),
                        shell.say("show", "abc"),
                        shell.say("list", "--limit", "-1"),
                        shell.say("list", "--server", "ftp://somewhere"),
                        shell.say("token", "create", "admin", "--grants", "bogus", "--data", "none"),
                        shell.say("db")))
                .allSatisfy(said -> {
                    assertThat(said.code()).as(said.all()).isEqualTo(2);
                    assertThat(said.out()).isEmpty();
                    assertThat(said.err()).startsWith("error: ").doesNotContain("at dev.trivet");
                });
    }

    @Test
    void whatCannotBeDoneEndsWith1() {
        assertThat(shell.say("show", "987654").err())
                .isEqualTo("error: not found: it does not exist, or this token may not see it\n");
        assertThat(List.of(
                        shell.say("show", "987654"),
                        shell.say("cancel", "987654"),
                        shell.say("list", "--server", "http://127.0.0.1:1"),
                        shell.say("list", "--token", "unknown")))
                .allSatisfy(said -> assertThat(said.code()).as(said.all()).isEqualTo(1));
        Shell.Said said = shell.type("image: no/such\ntasks:\n  - a: echo\n", "submit", "-f", "-");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out() + said.err())
                .contains("there is no image 'no/such'")
                .contains("debian/bookworm");
    }

    @Test
    void anOperatorMakesUsersAndTokensAndABackup() {
        String data = server.data().toString();
        assertThat(shell.say("user", "add", "alice", "--data", data).code()).isZero();
        Shell.Said token = shell.say(
                "token", "create", "alice", "--data", data, "--grants", "srht/jobs:write", "--expires", "90d");
        assertThat(token.code()).as(token.all()).isZero();
        String text = token.out().strip();
        assertThat(shell.say("list", "--token", text).code()).isZero();
        assertThat(names(shell.say("user", "list", "--json", "--data", data))).contains("admin", "alice");

        assertThat(shell.say("user", "suspend", "alice", "--data", data).code()).isZero();
        // The server remembers for some seconds what a token may.
        await(() -> shell.say("list", "--token", text).code() == 1);

        Shell.Said backup = shell.say("db", "backup", "--data", data, "backup.tar");
        assertThat(backup.code()).as(backup.all()).isZero();
        Shell.Said restored = shell.say("db", "restore", "--data", "restored", "backup.tar");
        assertThat(restored.code()).as(restored.all()).isZero();
        assertThat(names(shell.say("user", "list", "--json", "--data", "restored")))
                .contains("admin", "alice");
        Shell.Said again = shell.say("db", "restore", "--data", "restored", "backup.tar");
        assertThat(again.code()).as(again.all()).isEqualTo(1);
    }

    @Test
    void everyCommandHasHelp() {
        String help = shell.say("help").out();
        for (String name : List.of(
                "run",
                "serve",
                "submit",
                "start",
                "list",
                "show",
                "logs",
                "cancel",
                "artifacts",
                "image",
                "user",
                "token",
                "db",
                "doctor",
                "completion",
                "version",
                "help")) {
            assertThat(help).contains("\n  " + name + " ");
            assertThat(shell.say(name, "--help").out()).startsWith("Usage: trivet " + name);
        }
        for (String shellName : List.of("bash", "zsh", "fish")) {
            assertThat(shell.say("completion", shellName).out())
                    .contains("trivet")
                    .contains("submit");
        }
    }

    private static List<String> names(Shell.Said said) {
        return StreamSupport.stream(said.json().spliterator(), false)
                .map(user -> user.path("username").asString())
                .toList();
    }

    private static JsonNode lastLine(Shell.Said said) {
        List<String> lines = said.out().lines().toList();
        assertThat(lines).as(said.all()).isNotEmpty();
        return new Shell.Said(said.code(), lines.getLast(), "").json();
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(90));
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("in time").isBefore(deadline);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
