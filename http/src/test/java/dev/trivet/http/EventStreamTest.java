package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    /** Something that many watch: each gets what is published after it came. */
    private static final class Topic implements EventSource {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition more = lock.newCondition();
        private final List<String> published = new ArrayList<>();
        private final AtomicInteger ended = new AtomicInteger();

        void publish(String data) {
            lock.lock();
            try {
                published.add(data);
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void stream(EventStream stream) throws IOException, InterruptedException {
            try {
                for (int next = 0; ; next++) {
                    stream.send(String.valueOf(next), "news", await(next));
                }
            } finally {
                ended.incrementAndGet();
            }
        }

        private String await(int index) throws InterruptedException {
            lock.lock();
            try {
                while (published.size() <= index) {
                    more.await();
                }
                return published.get(index);
            } finally {
                lock.unlock();
            }
        }
    }

    private static HttpSettings settings(int watchers, Duration heartbeat) {
        return HttpSettings.on("127.0.0.1", 0).withWatchers(watchers, heartbeat);
    }

    private static LiveServer serving(HttpSettings settings, EventSource source) {
        return LiveServer.of(
                settings,
                LiveServer.plain(Route.get("/events", Access.PUBLIC, request -> Response.events(source))),
                new TestIdentities());
    }

    private static Socket watch(LiveServer live) throws IOException {
        Socket socket = live.connect();
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads until a line begins like that, and returns everything read. */
    private static List<String> readUntil(BufferedReader in, String beginning) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            lines.add(line);
            if (line.startsWith(beginning)) {
                return lines;
            }
        }
        throw new AssertionError("the stream ended without '" + beginning + "': " + lines);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(5);
        }
    }

    @Test
    void fiveHundredWatchersGetEveryEventInOrder() throws Exception {
        Topic topic = new Topic();
        try (LiveServer live = serving(settings(1000, Duration.ofSeconds(15)), topic)) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                sockets.add(watch(live));
            }
            await("all watch", () -> live.server().watchers() == 500);
            topic.publish("first");
            topic.publish("second\nline two");
            for (Socket socket : sockets) {
                List<String> lines = readUntil(reader(socket), "data: line two");
                assertThat(lines)
                        .contains("Content-Type: text/event-stream")
                        .containsSubsequence(
                                "id: 0", "event: news", "data: first", "", "id: 1", "event: news", "data: second");
            }
            for (Socket socket : sockets) {
                socket.close();
            }
            // A client that is gone is noticed by the next things that are sent.
            for (int i = 0; i < 20 && live.server().watchers() > 0; i++) {
                topic.publish("are you there");
                Thread.sleep(50);
            }
            await("all are gone", () -> live.server().watchers() == 0);
            assertThat(topic.ended).hasValue(500);
        }
    }

    @Test
    void sendsTheHeadersAtOnceAndHeartbeatsInSilence() throws Exception {
        try (LiveServer live = serving(settings(10, Duration.ofMillis(80)), new Topic());
                Socket socket = watch(live)) {
            BufferedReader in = reader(socket);
            readUntil(in, "HTTP/1.1 200");
            readUntil(in, ":");
            readUntil(in, ":");
        }
    }

    @Test
    void noticesASilentWatcherThatLeft() throws Exception {
        Topic topic = new Topic();
        try (LiveServer live = serving(settings(10, Duration.ofMillis(50)), topic)) {
            try (Socket socket = watch(live)) {
                readUntil(reader(socket), "HTTP/1.1 200");
            }
            await("it is gone", () -> topic.ended.get() == 1);
            assertThat(live.server().watchers()).isZero();
        }
    }

    @Test
    void boundsTheNumberOfWatchers() throws Exception {
        try (LiveServer live = serving(settings(2, Duration.ofMillis(50)), new Topic())) {
            Socket first = watch(live);
            try (Socket second = watch(live)) {
                await("two watch", () -> live.server().watchers() == 2);
                var refused = live.get("/events");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("2 watchers");
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                first.close();
                await("one left", () -> live.server().watchers() == 1);
                try (Socket third = watch(live)) {
                    readUntil(reader(third), "HTTP/1.1 200");
                    readUntil(reader(second), "HTTP/1.1 200");
                }
            }
        }
    }

    @Test
    void endsStreamsProperlyWhenTheServerStops() throws Exception {
        Topic topic = new Topic();
        LiveServer live = serving(settings(10, Duration.ofSeconds(15)), topic);
        try (Socket socket = watch(live)) {
            await("it watches", () -> live.server().watchers() == 1);
            long start = System.nanoTime();
            live.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).as("the last chunk").endsWith("0\r\n\r\n");
            assertThat(topic.ended).hasValue(1);
        }
    }

    @Test
    void endsWithItsSourceAndServesTheConnectionsNextRequest() throws Exception {
        try (LiveServer live = serving(settings(10, Duration.ofSeconds(15)), stream -> stream.send("all"))) {
            String one = "GET /events HTTP/1.1\r\nHost: h\r\n\r\n";
            String two = "GET /events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
            String answer = live.raw(one + two, 5000);
            assertThat(answer.split("data: all", -1)).hasSize(3);
            assertThat(answer).endsWith("<closed>");
        }
    }

    @Test
    void aSlowWatcherHoldsUpNeitherOthersNorTheStop() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicInteger sent = new AtomicInteger();
        EventSource flood = stream -> {
            String data = "x".repeat(100_000);
            while (stream.isOpen()) {
                stream.send(data);
                if (sent.incrementAndGet() == 3) {
                    blocked.countDown();
                }
            }
        };
        LiveServer live = LiveServer.of(
                settings(10, Duration.ofMillis(50)),
                LiveServer.plain(
                        Route.get("/events", Access.PUBLIC, request -> Response.events(flood)),
                        Route.get("/ping", Access.PUBLIC, request -> Response.text("pong"))),
                new TestIdentities());
        try (Socket slow = watch(live)) {
            blocked.await();
            assertThat(live.get("/ping").body()).isEqualTo("pong");
            long start = System.nanoTime();
            live.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(slow.isConnected()).isTrue();
        }
    }

    @Test
    void writesEveryKindOfText() throws Exception {
        EventSource source = stream -> {
            stream.retryAfter(Duration.ofSeconds(2));
            stream.send("");
            stream.send("a\r\nb\rc\n");
            stream.send("5", null, "{}");
        };
        try (LiveServer live = serving(settings(10, Duration.ofSeconds(15)), source)) {
            assertThat(live.get("/events").body())
                    .isEqualTo("retry: 2000\n\ndata: \n\ndata: a\ndata: b\ndata: c\ndata: \n\nid: 5\ndata: {}\n\n");
        }
    }

    @Test
    void answersHead() throws Exception {
        try (LiveServer live = serving(settings(10, Duration.ofSeconds(15)), new Topic())) {
            String answer = live.raw("HEAD /events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 5000);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("text/event-stream")
                    .endsWith("\r\n\r\n<closed>");
        }
    }
}
