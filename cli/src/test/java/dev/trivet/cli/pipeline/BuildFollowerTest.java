package dev.trivet.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.Patience;
import dev.trivet.cli.api.Pause;
import dev.trivet.cli.output.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server whose troubles are made by hand. Pauses take no time. */
@Timeout(60)
class BuildFollowerTest {
    private static final BuildAddress BUILD = new BuildAddress("acme", "web", 1);
    private static final Pause NONE = duration -> Thread.sleep(1);

    private StubServer server;
    private ApiClient connection;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws IOException {
        server = new StubServer();
        connection = new ApiClient(server.address(), Optional.empty());
    }

    @AfterEach
    void stop() {
        connection.close();
        server.close();
    }

    @Test
    void aStreamThatBreaksOffGoesOnBehindTheLastLine() throws Exception {
        var streams = new AtomicInteger();
        server.answer("/jobs/a", exchange -> StubServer.job("a", streams.get() < 4 ? "running" : "passed"));
        server.stream("a", (to, after) -> {
            switch (streams.incrementAndGet()) {
                case 1 -> {
                    StubServer.send(to, StubServer.history(1, List.of("one", "two")));
                    StubServer.send(to, StubServer.chunk(3, "three") + "id: 4\nevent: chunk\ndata: {\"seq\":4,");
                }
                // Sends once more what the client has, which a server may.
                case 2 -> StubServer.send(to, StubServer.history(2, List.of("two", "three", "four")));
                case 3 ->
                    StubServer.send(
                            to,
                            StubServer.history(5, List.of()) + ":\n\n" + StubServer.chunk(5, "five")
                                    + "event: done\ndata: {}\n\n");
                // The job was tried again meanwhile.
                default ->
                    StubServer.send(
                            to,
                            StubServer.history(6, after < 6 ? List.of("six") : List.of())
                                    + "event: done\ndata: {}\n\n");
            }
        });
        List<String> lines = new ArrayList<>();
        new LogReader(new BuildClient(connection), BUILD, "a", lines::add, new Semaphore(1), NONE, trouble -> {})
                .follow();
        assertThat(lines).containsExactly("one\n", "two\n", "three\n", "four\n", "five\n", "six\n");
        assertThat(server.askedAfter.get("/v0/jobs/a/logs")).startsWith(0L, 3L, 4L, 5L);
    }

    @Test
    void aServerThatIsAwayForAWhileIsWaitedFor() throws Exception {
        var looks = new AtomicInteger();
        var lists = new AtomicInteger();
        var reads = new AtomicInteger();
        server.answer("", exchange -> away(looks) ? "503" : "{\"number\":1,\"state\":\"passed\"}");
        server.answer(
                "/jobs",
                exchange ->
                        lists.incrementAndGet() == 1 ? "502" : "{\"data\":[" + StubServer.job("a", "passed") + "]}");
        server.answer("/jobs/a", exchange -> away(reads) ? "503" : StubServer.job("a", "passed"));
        server.stream("a", (to, after) -> {
            if (reads.incrementAndGet() % 2 == 0) {
                StubServer.send(to, StubServer.history(1, List.of("one")));
            } else {
                StubServer.send(
                        to,
                        StubServer.history(after + 1, after == 0 ? List.of("one", "two") : List.of("two"))
                                + "event: done\ndata: {}\n\n");
            }
        });
        BuildEnd end = follow(NONE);
        assertThat(end.exitCode()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a │ one\na │ two\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Trying again");
    }

    private static boolean away(AtomicInteger count) {
        return count.incrementAndGet() % 4 != 0;
    }

    @Test
    void patienceHasAnEnd() {
        server.answer("", exchange -> "503");
        List<Long> pauses = new ArrayList<>();
        assertThatThrownBy(() -> follow(duration -> pauses.add(duration.toMillis())))
                .isInstanceOf(ApiException.class);
        assertThat(pauses)
                .hasSize(Patience.MOST - 1)
                .isSorted()
                .startsWith(250L)
                .endsWith(5000L);
        server.answer("", exchange -> "404");
        pauses.clear();
        assertThatThrownBy(() -> follow(duration -> pauses.add(duration.toMillis())))
                .isInstanceOf(ApiException.class);
        assertThat(pauses).isEmpty();
    }

    @Test
    void ofManyJobsNoMoreThan64AreReadAtOnceAndNoneIsLeftOut() throws Exception {
        int count = 200;
        var full = new CountDownLatch(BuildFollower.STREAMS);
        Set<String> ended = ConcurrentHashMap.newKeySet();
        List<String> jobs =
                IntStream.range(0, count).mapToObj(number -> "j" + number).toList();
        server.answer(
                "", exchange -> "{\"number\":1,\"state\":\"" + (ended.size() == count ? "passed" : "running") + "\"}");
        server.answer(
                "/jobs",
                exchange -> "{\"data\":["
                        + String.join(
                                ",",
                                jobs.stream()
                                        .map(id -> StubServer.job(id, ended.contains(id) ? "passed" : "running"))
                                        .toList())
                        + "]}");
        for (String id : jobs) {
            server.answer("/jobs/" + id, exchange -> StubServer.job(id, ended.contains(id) ? "passed" : "running"));
            server.stream(id, (to, after) -> {
                // Nobody goes on before as many are open as may be.
                full.countDown();
                full.await();
                StubServer.send(
                        to,
                        StubServer.history(after + 1, after == 0 ? List.of("line of " + id) : List.of())
                                + "event: done\ndata: {}\n\n");
                ended.add(id);
            });
        }
        follow(NONE);
        assertThat(server.mostStreams).hasValue(BuildFollower.STREAMS);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(count)
                .allMatch(line -> line.matches("(j[0-9]+) +│ line of \\1"));
    }

    private BuildEnd follow(Pause pause) throws Exception {
        var output = new Output(out, err, false, false, Map.of());
        return new BuildFollower(new BuildClient(connection), BUILD, new BuildPrinter(output, false), pause).follow();
    }
}
