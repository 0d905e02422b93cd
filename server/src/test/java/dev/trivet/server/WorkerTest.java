package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.TestPrograms;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a builds.sr.ht worker does (spec/srht.md section 5), through the whole server with the sandbox that works here. */
class WorkerTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    static Path directory;

    private static TrivetServer server;
    private static SrhtClient client;

    @BeforeAll
    static void start() throws Exception {
        server = TrivetServer.start(settings(Map.of()), Clock.systemUTC());
        client = new SrhtClient(server.address(), TOKEN);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static Settings settings(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        environment.put("TRIVET_SERVER_ALLOWED_URL_SCHEMES", "https,file");
        environment.put("TRIVET_RUNNER_JOB_TIMEOUT", "20s");
        environment.put("TRIVET_RUNNER_SILENCE_TIMEOUT", "8s");
        environment.put("TRIVET_RUNNER_MEMORY", "128MiB");
        environment.put("TRIVET_RUNNER_DISK", "200MiB");
        environment.put("TRIVET_RUNNER_PROCESSES", "300");
        environment.put("TRIVET_LOGS_MAX_BYTES", "1MiB");
        environment.putAll(more);
        return Settings.read(Settings.Options.NONE, environment);
    }

    private static String manifest(String... tasks) {
        return "image: debian/stable\ntasks:\n" + String.join("", tasks);
    }

    private static String task(String name, String script) {
        return "- " + name + ": |\n    " + script.replace("\n", "\n    ") + "\n";
    }

    @Test
    void tasksRunInOrderAndShareTheirEnvironmentFile() throws Exception {
        int id = client.submit("""
                image: debian/stable
                environment:
                  GREETING: it's me
                  ITEMS: [a, "b c"]
                tasks:
                - one: |
                    echo "$GREETING" "${ITEMS[1]}" "$CI_NAME" "$JOB_ID" "$(id -un)" "$HOME" "$PWD"
                    echo 'LATER=yes' >> ~/.buildenv
                - two: echo "later $LATER"
                """);
        assertThat(client.end(id)).as(client.setupLog(id)).isEqualTo("success");
        assertThat(client.taskLog(id, "one"))
                .contains("it's me b c sourcehut " + id + " build /home/build /home/build");
        assertThat(client.taskLog(id, "two")).contains("+ echo 'later yes'").contains("later yes");
        assertThat(client.job(id).get("runner").asString()).isNotEmpty();
    }

    @Test
    void aFailedTaskFailsTheJobAndLaterOnesStayPending() throws Exception {
        int id = client.submit(manifest(task("good", "true"), task("bad", "exit 7"), task("never", "echo never")));
        assertThat(client.end(id)).isEqualTo("failed");
        assertThat(client.tasks(id)).containsExactly("good=success", "bad=failed", "never=pending");
        assertThat(client.setupLog(id)).contains("Error: task bad exited with 7");
    }

    @Test
    void completeBuildSkipsTheRest() throws Exception {
        int id = client.submit(manifest(task("first", "complete-build"), task("rest", "exit 1")));
        assertThat(client.end(id)).isEqualTo("success");
        assertThat(client.tasks(id)).containsExactly("first=success", "rest=skipped");
    }

    @Test
    void artifactsAreKeptAndWhatIsNoFileFailsTheJob() throws Exception {
        int id = client.submit("image: debian/stable\nartifacts: [out/a.bin]\ntasks:\n"
                + task("make", "mkdir out\nprintf 'x\\000y' > out/a.bin"));
        assertThat(client.end(id)).as(client.setupLog(id)).isEqualTo("success");
        String url = client.json("/api/jobs/" + id + "/artifacts")
                .get("results")
                .get(0)
                .get("url")
                .asString();
        var download = client.get(URI.create(url).getPath());
        assertThat(download.body()).isEqualTo("x\0y".getBytes(StandardCharsets.UTF_8));
        assertThat(download.headers().firstValue("Content-Disposition").orElse(""))
                .startsWith("attachment");
        // A link leads to what the sandbox has at that place, never to the host's file.
        Path canary = Files.writeString(directory.resolve("canary"), "a file of the host");
        for (String path : List.of("missing", "out", "link", "../../no/such/file")) {
            int bad = client.submit("image: debian/stable\nartifacts: ['" + path + "']\ntasks:\n"
                    + task("make", "mkdir out\nln -s " + canary + " link"));
            assertThat(client.end(bad)).as(path).isEqualTo("failed");
            assertThat(client.setupLog(bad)).as(path).contains("Error: artifact " + path);
            assertThat(client.tasks(bad)).containsExactly("make=success");
        }
    }

    @Test
    void anUnknownImageNamesThoseThereAre() throws Exception {
        int id = client.submit("image: plan9/4th\ntasks:\n- a: 'true'\n");
        assertThat(client.end(id)).isEqualTo("failed");
        assertThat(client.setupLog(id)).contains("plan9/4th").contains("debian/");
        assertThat(client.tasks(id)).containsExactly("a=pending");
    }

    @Test
    void aJobThatTakesTooLongTimesOut() throws Exception {
        int id =
                client.submit(manifest(task("slow", "while true; do echo tick; sleep 1; done"), task("later", "true")));
        assertThat(client.end(id)).isEqualTo("timeout");
        assertThat(client.tasks(id)).containsExactly("slow=failed", "later=pending");
        assertThat(client.taskLog(id, "slow")).contains("the job's time is up");
    }

    @Test
    void aSilentJobTimesOut() throws Exception {
        int id = client.submit(manifest(task("silent", "sleep 60")));
        assertThat(client.end(id)).isEqualTo("timeout");
        assertThat(client.taskLog(id, "silent")).contains("no output for too long");
    }

    @Test
    void aRunningJobIsCanceledWithAllThatItStarted() throws Exception {
        String marker = "4242" + System.nanoTime();
        int id = client.submit(manifest(task("run", "setsid sleep " + marker + " &\necho begun\nsleep 60")));
        client.await(id, Set.of("running"));
        while (!client.taskLog(id, "run").contains("begun")) {
            Thread.onSpinWait();
        }
        assertThat(client.post("/api/jobs/" + id + "/cancel", "{}").statusCode())
                .isEqualTo(200);
        assertThat(client.end(id)).isEqualTo("cancelled");
        assertThat(client.tasks(id)).containsExactly("run=failed");
        long left = ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(marker))
                .count();
        assertThat(left).as("processes left").isZero();
    }

    @Test
    void aTaskThatEatsMemoryForksForeverOrFillsTheDiskFailsAndSaysWhy() throws Exception {
        int memory = client.submit(manifest(task("eat", "tail /dev/zero")));
        int disk = client.submit(manifest(task("fill", "head -c 1G /dev/zero > big; sync; sleep 5; echo survived")));
        int forks = client.submit(manifest(task("fork", "set +x\n:(){ :|:& };:\nsleep 3; exit 9")));
        assertThat(client.end(memory)).isEqualTo("failed");
        assertThat(client.taskLog(memory, "eat")).containsAnyOf("memory limit", "Killed", "memory exhausted");
        assertThat(client.end(disk)).as(client.setupLog(disk)).isEqualTo("failed");
        assertThat(client.taskLog(disk, "fill")).doesNotContain("\nsurvived");
        assertThat(client.end(forks)).isIn("failed", "timeout");
        int after = client.submit(manifest(task("fine", "echo fine")));
        assertThat(client.end(after)).as("the server goes on").isEqualTo("success");
    }

    @Test
    void anEndlessLogIsCutWithALastLineThatSaysSo() throws Exception {
        int id = client.submit(
                manifest(task("talk", "set +x; yes 'a rather long line of output' | head -c 3000000; echo done")));
        assertThat(client.end(id)).isEqualTo("success");
        String log = client.taskLog(id, "talk");
        assertThat(log.length()).isLessThan(1_100_000);
        assertThat(log.strip().lines().toList().getLast()).contains("log limit");
    }

    @Test
    void sourcesOfThisHostAreClonedWhereTheOperatorAllowsIt() throws Exception {
        Path repository = Files.createDirectories(directory.resolve("repo-" + System.nanoTime()));
        git(repository, "init", "-q", "-b", "main");
        Files.writeString(repository.resolve("README"), "from the repository\n");
        git(repository, "add", ".");
        git(repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first");
        int id = client.submit("image: debian/stable\nsources: ['here::file://" + repository + "#main']\ntasks:\n"
                + task("show", "cat here/README\ngit -C here remote get-url origin"));
        assertThat(client.end(id)).as(client.setupLog(id)).isEqualTo("success");
        assertThat(client.taskLog(id, "show")).contains("from the repository").contains("file://" + repository);
        int missing = client.submit("image: debian/stable\nsources: ['file:///no/such/repo']\ntasks:\n- a: 'true'\n");
        assertThat(client.end(missing)).isEqualTo("failed");
        assertThat(client.setupLog(missing)).contains("Error: there is no repository at /no/such/repo");
    }

    @Test
    void aHeldJobWaitsForItsStart() throws Exception {
        int id = client.submit(Map.of("manifest", manifest(task("a", "true")), "execute", false));
        assertThat(client.status(id)).isEqualTo("pending");
        assertThat(client.post("/api/jobs/" + id + "/start", "{}").statusCode()).isEqualTo(200);
        assertThat(client.end(id)).isEqualTo("success");
    }

    @Test
    void aTwentyMegabyteManifestIsRefusedAndBinaryJunkToo() throws Exception {
        var large = client.post("/api/jobs", "{\"manifest\": \"" + "x".repeat(20 << 20) + "\"}");
        assertThat(large.statusCode()).isIn(400, 413);
        assertThat(large.body()).contains("\"errors\"");
        assertThat(client.post("/api/jobs", "\0\1\2").statusCode()).isEqualTo(400);
    }

    private static void git(Path directory, String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
