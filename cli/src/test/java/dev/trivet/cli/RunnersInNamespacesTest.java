package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.Database;
import dev.trivet.store.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server and two runners as an operator starts them, each runner in a network of its own. One of them dies, or its cable is cut, in the
 * middle of a build: nothing is lost, and nothing happens twice.
 */
@Timeout(480)
class RunnersInNamespacesTest {
    private static final int LAYER = 20;
    private static final int LINES = 30;
    /** Of the job that would go on for longer than a lease. */
    private static final int MANY = 500;

    private static final String LONG = "long";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private NetworkNamespace north;
    private NetworkNamespace south;
    private TrivetProcess server;
    private TrivetProcess one;
    private TrivetProcess other;
    private String address;
    private Shell shell;

    @BeforeEach
    void start() throws Exception {
        north = NetworkNamespace.make();
        south = NetworkNamespace.make();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        address = "http://127.0.0.1:" + port;
        server = TrivetProcess.start(
                data(),
                Map.of("TRIVET_RUNNER_EMBEDDED", "false", "TRIVET_SERVER_DRAIN_TIMEOUT", "0s"),
                UnaryOperator.identity(),
                "serve",
                "--listen",
                "0.0.0.0:" + port);
        await("the server to answer", () -> get("/health") != null);
        String token = Files.readString(data().resolve("admin-token")).strip();
        shell = new Shell(
                folder, Map.of("TRIVET_SERVER", address, "TRIVET_TOKEN", token, "TRIVET_DATA", data().toString()));
        one = runner("one", north);
        await("the first runner to be there", () -> connected("one"));
    }

    private void startOther() throws IOException {
        other = runner("other", south);
        await("the other runner to be there", () -> connected("other"));
    }

    @AfterEach
    void stop() throws Exception {
        for (TrivetProcess runner :
                Stream.of(one, other).filter(each -> each != null).toList()) {
            runner.kill();
        }
        if (server != null) {
            server.close();
        }
        for (NetworkNamespace network :
                Stream.of(north, south).filter(each -> each != null).toList()) {
            network.close();
        }
    }

    @Test
    void aRunnerThatIsKilledLosesNothing() throws Exception {
        startOther();
        Map<String, String> builds = submitted();
        awaitBothWriting(builds);
        one.kill();
        List<String> interrupted = settledAttemptsOf("one");
        await("the runner to be seen as gone", () -> !connected("one"));
        checkAllPassed(builds, interrupted);
        one = runner("one", north);
        await("the runner to be back", () -> connected("one"));
        checkTakesWork("one", other);
    }

    @Test
    void aRunnerWhoseCableIsCutLosesNothingAndTakesWorkAgain() throws Exception {
        String alone = submit(step(LONG, MANY));
        await("the long job to write", () -> log(alone, LONG).contains("line 2\n"));
        startOther();
        Map<String, String> builds = submitted();
        builds.put(LONG, alone);
        awaitBothWriting(builds);
        north.cut();
        List<String> interrupted = settledAttemptsOf("one");
        assertThat(log(alone, LONG)).as("the long job has 20 s left").doesNotContain("line " + (MANY - 200) + "\n");
        await("the runner to end its jobs by its own clock", () -> one.sandboxed() == 0);
        assertThat(one.alive()).isTrue();
        await("the runner to be seen as gone", () -> !connected("one"));
        checkAllPassed(builds, interrupted);
        north.mend();
        await("the runner to be back", () -> connected("one"));
        checkTakesWork("one", other);
    }

    /** Two layers of jobs, the second after the first; answers the address of each one's build. */
    private Map<String, String> submitted() throws IOException {
        List<String> first =
                IntStream.range(0, LAYER).mapToObj(job -> "first" + job).toList();
        List<String> second =
                IntStream.range(0, LAYER).mapToObj(job -> "second" + job).toList();
        String build = submit(steps(first) + ",\n{\"type\": \"wait\"},\n" + steps(second));
        Map<String, String> builds = new HashMap<>();
        Stream.concat(first.stream(), second.stream()).forEach(key -> builds.put(key, build));
        return builds;
    }

    private static String steps(List<String> keys) {
        return keys.stream().map(key -> step(key, LINES)).collect(Collectors.joining(",\n"));
    }

    private String submit(String steps) throws IOException {
        // In a folder of its own: what is beside the file is sent along.
        Files.createDirectories(folder.resolve("tree"));
        shell.file("tree/ci.json", "{\"version\": \"0\", \"steps\": [" + steps + "]}");
        Shell.Said said = shell.say("submit", "tree/ci.json");
        assertThat(said.code()).as(said.all()).isZero();
        return said.out().strip();
    }

    private static String step(String key, int lines) {
        return """
                {"type": "command", "key": "%s", "cmd": "for i in $(seq %d); do echo %s line $i; sleep 0.1; done"}""".formatted(key, lines, key);
    }

    /** Every runner has a job that is in the middle of its output. */
    private void awaitBothWriting(Map<String, String> builds) {
        await(
                "both runners to be in the middle of jobs",
                () -> Stream.of("one", "other")
                        .allMatch(name -> texts("""
                        select j.key from lease l join runner r on r.id = l.runner_id join job j on j.id = l.job_id
                        where r.name = '%s' and j.state = 'running' order by j.id
                        """.formatted(name)).stream()
                                .anyMatch(key -> log(builds, key).contains("line 5\n"))));
    }

    /** What a runner holds that can say nothing any more, once the server has heard all that it said before. */
    private List<String> settledAttemptsOf(String runner) {
        var last = new ArrayList<List<String>>(List.of(List.of()));
        var since = new long[] {System.nanoTime()};
        await("the last words of the runner to be heard", () -> {
            List<String> now = attemptsOf(runner);
            if (!now.equals(last.getLast())) {
                last.add(now);
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > TimeUnit.SECONDS.toNanos(1);
        });
        return last.getLast();
    }

    private List<String> attemptsOf(String runner) {
        return texts("""
                select l.job_id || ' ' || l.attempt from lease l join runner r on r.id = l.runner_id
                where r.name = '%s' order by 1
                """.formatted(runner));
    }

    private void checkAllPassed(Map<String, String> builds, List<String> interrupted) {
        await("all jobs to end", () -> counts("select count(*) from job where finished_at is null") == 0);
        assertThat(texts("select concat_ws(' ', key, state, outcome) from job where state <> 'passed'"))
                .as("jobs that did not pass")
                .isEmpty();
        assertThat(texts("select state from run")).containsOnly("passed");
        assertThat(texts("select key from job")).containsExactlyInAnyOrderElementsOf(builds.keySet());
        assertThat(counts("select count(*) from lease"))
                .as("leases that are left")
                .isZero();
        assertThat(texts("select job_id from attempt where state = 'passed' group by job_id having count(*) = 1"))
                .as("jobs with exactly one attempt that passed")
                .hasSize(builds.size());
        List<String> lost = texts("select job_id || ' ' || number from attempt where state = 'lost' order by 1");
        assertThat(interrupted).as("attempts of the runner that went away").isNotEmpty();
        assertThat(lost).as("attempts that are lost").containsAll(interrupted);
        // A claim that was under way may have been given a job beside them.
        assertThat(texts("""
                        select distinct r.name from attempt a join runner r on r.id = a.runner_id where a.state = 'lost'
                        """)).containsExactly("one");
        assertThat(
                        texts(
                                "select concat_ws(' ', job_id, number, state) from attempt where state not in ('lost', 'passed')"))
                .as("attempts that ended otherwise")
                .isEmpty();
        assertThat(counts("select count(*) from job where attempt = 2")).isEqualTo(lost.size());
        builds.keySet().forEach(key -> checkLog(key, log(builds, key)));
    }

    /** Each attempt's part counts from 1 without a hole; the last one to its end, with nothing behind it. */
    private static void checkLog(String key, String log) {
        int expected = 1;
        for (String line : log.lines().toList()) {
            String next = key + " line " + expected;
            if (line.startsWith("[trivet]")) {
                expected = 1;
            } else if (line.equals(next)) {
                expected++;
            } else {
                // Of the line that was being written when the runner went away a part may have arrived.
                assertThat(next).as("log of %s:\n%s", key, log).startsWith(line);
            }
        }
        assertThat(expected - 1).as("last line of %s:\n%s", key, log).isEqualTo(key.equals(LONG) ? MANY : LINES);
    }

    private void checkTakesWork(String name, TrivetProcess rival) throws Exception {
        rival.close();
        submit(step("again", LINES));
        await("the job to end", () -> counts("select count(*) from job where finished_at is null") == 0);
        assertThat(texts("""
                        select r.name || ' ' || a.state from attempt a join runner r on r.id = a.runner_id
                        join job j on j.id = a.job_id where j.key = 'again'
                        """)).containsExactly(name + " passed");
    }

    private String log(Map<String, String> builds, String key) {
        return log(Objects.requireNonNull(builds.get(key), key), key);
    }

    private String log(String build, String key) {
        return shell.say("logs", build + "/jobs/" + key).out();
    }

    private TrivetProcess runner(String name, NetworkNamespace network) throws IOException {
        Path file = folder.resolve(name + ".token");
        if (!Files.exists(file)) {
            Shell.Said token = shell.say("runner-token", "create", name);
            assertThat(token.code()).as(token.all()).isZero();
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, token.out());
        }
        return TrivetProcess.start(
                folder.resolve(name),
                Map.of("TRIVET_RUNNER_BACKEND", "bwrap"),
                network::inside,
                "runner",
                "--server",
                "http://" + network.server() + ":" + URI.create(address).getPort(),
                "--insecure",
                "--token-file",
                file.toString(),
                "--data",
                folder.resolve(name).toString(),
                "--name",
                name,
                "--slots",
                "3");
    }

    /** What the server tells an administrator of the runner. */
    private boolean connected(String name) {
        String body = get("/api/runner/v1/runners");
        JsonNode runners =
                JsonMapper.shared().readTree(body == null ? "{}" : body).path("runners");
        return runners.valueStream()
                .anyMatch(runner -> runner.path("name").asString("").equals(name)
                        && runner.path("connected").asBoolean(false));
    }

    private String get(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create(address + path));
            if (shell != null) {
                request.header("Authorization", "Bearer " + shell.environment().get("TRIVET_TOKEN"));
            }
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : null;
        } catch (IOException away) {
            return null;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private long counts(String sql) {
        return Long.parseLong(texts(sql).getFirst());
    }

    private List<String> texts(String sql) {
        try (Database database =
                Database.connect(EmbeddedPostgres.running(data(), 1).orElseThrow())) {
            return database.read(
                    handle -> handle.createQuery(sql).mapTo(String.class).list());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("deadline for %s; %s", what, said())
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** What the processes have said, for whoever looks for the reason of a failure. */
    private String said() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".out"))
                    .map(RunnersInNamespacesTest::said)
                    .reduce("", String::concat);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static String said(Path file) {
        try {
            return "\n--- " + file.getFileName() + "\n" + Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
