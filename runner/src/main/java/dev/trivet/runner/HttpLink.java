package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Beat;
import dev.trivet.engine.Lease;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.Verdict;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link of a runner that reaches its server over HTTP. Its session is not bound to a connection: while the server is away, log bytes are
 * kept (bounded) and all else is repeated, and the session goes on when the server is back.
 */
public final class HttpLink implements ServerLink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpLink.class);
    private static final Duration UPLOAD = Duration.ofHours(2);
    private static final Duration APPEND = Duration.ofSeconds(30);
    /** Between two questions for what is to be stopped, when the server does not wait itself. */
    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

    private final HttpCalls calls;
    private final Wire.Hello hello;
    private final HostReadings readings;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Persistence persistence = new Persistence(closed);
    private final Map<LogName, LogSender> logs = new ConcurrentHashMap<>();
    private final Set<AttemptRef> running = ConcurrentHashMap.newKeySet();
    /** Attempts that were heard of as to be stopped. */
    private final Set<AttemptRef> stopping = ConcurrentHashMap.newKeySet();

    private volatile @Nullable String session;
    private volatile boolean alone;

    /**
     * @param server its address, without the path of the protocol
     * @param token the text of a runner token
     */
    public HttpLink(URI server, String token, Wire.Hello hello, HostReadings readings) {
        this.calls = new HttpCalls(server, token);
        this.hello = requireNonNull(hello, "hello is null");
        this.readings = requireNonNull(readings, "readings is null");
    }

    /** @throws LinkRefusedException if the server will not have this runner: wrong token, other protocol, an identity of somebody else */
    @Override
    public void register() {
        Wire.Welcome welcome = calls.post("/register", hello, Wire.Welcome.class);
        alone = welcome.alone();
        session = "/sessions/" + hello.id() + "/" + welcome.generation();
    }

    @Override
    public void leave() {
        try {
            said(() -> calls.post(session() + "/leave", Map.of(), Wire.Answer.class));
        } finally {
            close();
        }
    }

    @Override
    public List<Lease> claim(int most, Duration longest) throws InterruptedException {
        int wait = (int) Math.min(longest.toMillis(), Wire.LONGEST_CLAIM);
        Wire.Claimed claimed = said(() -> calls.post(
                session() + "/claim",
                new Wire.Claim(most, wait),
                Wire.Claimed.class,
                Duration.ofMillis(wait).plusSeconds(10)));
        claimed.leases().forEach(lease -> running.add(lease.ref()));
        return claimed.leases();
    }

    @Override
    public Beat beat() {
        try {
            Beat beat = said(() ->
                            calls.post(session() + "/beat", readings.read(running.size()), Wire.BeatAnswer.class))
                    .beat();
            stopping.retainAll(beat.held());
            return beat;
        } catch (LinkUnavailableException away) {
            if (alone && calls.nobodyThere(away)) {
                throw new ServerAbsentException(String.valueOf(away.getMessage()), away);
            }
            throw away;
        }
    }

    /** Asks the server all the time, which answers when there is something. */
    @Override
    public void onStop(Runnable listener) {
        requireNonNull(listener, "listener is null");
        Thread.ofVirtual().name("runner-stops").start(() -> listen(listener));
    }

    private void listen(Runnable listener) {
        try {
            while (closed.getCount() > 0) {
                long asked = System.nanoTime();
                boolean heard = false;
                try {
                    heard = heardOfStops();
                } catch (LinkUnavailableException unavailable) {
                    log.debug("the server cannot say what is to be stopped", unavailable);
                }
                if (heard) {
                    listener.run();
                } else if (System.nanoTime() - asked < LEAST_WAIT.toNanos()) {
                    boolean _ = closed.await(LEAST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean heardOfStops() {
        Wire.Stops stops = said(() -> calls.post(
                session() + "/stops",
                new Wire.Listen(List.copyOf(stopping), Wire.LONGEST_CLAIM),
                Wire.Stops.class,
                Duration.ofMillis(Wire.LONGEST_CLAIM).plusSeconds(10)));
        boolean heard = false;
        for (Wire.Stop stop : stops.stops()) {
            heard |= stopping.add(stop.ref());
        }
        return heard;
    }

    @Override
    public List<String> snapshots() {
        return said(() -> calls.get(session() + "/snapshots", Wire.Snapshots.class))
                .snapshots();
    }

    @Override
    public void snapshotsReleased(List<String> snapshots) {
        said(() -> calls.post(session() + "/snapshots/released", new Wire.Snapshots(snapshots), Wire.Answer.class));
    }

    @Override
    public Verdict started(AttemptRef ref) {
        return said(() -> calls.post(attempt(ref) + "/started", Map.of(), Wire.Answer.class))
                .verdict();
    }

    /** A step that has ended is told after all of its log. */
    @Override
    public Verdict stepChanged(StepChange change) {
        LogSender sender = logs.get(new LogName(change.ref(), change.number()));
        if (sender != null) {
            flushed(sender);
        }
        return said(() -> calls.post(
                        attempt(change.ref()) + "/steps",
                        new Wire.Step(change.number(), change.state(), change.exitCode()),
                        Wire.Answer.class))
                .verdict();
    }

    @Override
    public long logSize(AttemptRef ref, int step) {
        Wire.LogEnd end =
                persistence.call(() -> said(() -> calls.get(attempt(ref) + "/logs/" + step, Wire.LogEnd.class)));
        logs.put(new LogName(ref, step), sender(ref, step, end.offset()));
        return end.offset();
    }

    private LogSender sender(AttemptRef ref, int step, long offset) {
        String path = attempt(ref) + "/logs/" + step + "?offset=";
        return new LogSender(
                (at, bytes) -> calls.send(
                                "POST", path + at, BodyPublishers.ofByteArray(bytes), APPEND, Wire.LogEnd.class)
                        .offset(),
                persistence,
                offset);
    }

    /** Returns when the bytes are kept here, before they are with the server. The server itself bounds the log. */
    @Override
    public long appendLog(AttemptRef ref, int step, long offset, byte[] bytes, int from, int length, long maxBytes)
            throws IOException {
        LogSender sender = logs.get(new LogName(ref, step));
        if (sender == null) {
            throw new IOException("the log of step " + step + " was not opened");
        }
        sender.append(bytes, from, length);
        return offset + length;
    }

    @Override
    public Verdict artifact(AttemptRef ref, String path, String name, InputStream content, long maxBytes)
            throws IOException {
        var counted = new Counted(content);
        Wire.Stored stored = calls.send(
                "PUT",
                attempt(ref) + "/artifacts?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8),
                BodyPublishers.ofInputStream(() -> counted),
                UPLOAD,
                Wire.Stored.class);
        String hash = counted.hash();
        if (stored.size() != counted.size || !stored.sha256().equals(hash)) {
            throw new IOException("the server has stored " + stored.size() + " bytes of hash " + stored.sha256()
                    + ", sent were " + counted.size + " bytes of hash " + hash);
        }
        return stored.verdict();
    }

    @Override
    public InputStream blob(String sha256) throws IOException {
        return persistence.call(() -> {
            try {
                return new CheckedBlob(calls.download(session() + "/blobs/" + sha256), sha256);
            } catch (IOException refused) {
                return new Broken(refused);
            }
        });
    }

    /** Told after all logs of the attempt; one that the server did not keep makes the attempt lost. */
    @Override
    public Verdict finish(AttemptResult result) {
        boolean complete = true;
        for (Map.Entry<LogName, LogSender> entry : logs.entrySet()) {
            if (entry.getKey().ref().equals(result.ref())) {
                complete &= flushed(entry.getValue());
            }
        }
        boolean lost = !complete && result.event() == JobEvent.PASS;
        var end = lost
                ? new Wire.End(JobEvent.LOSE, Outcome.of(Reason.SANDBOX_LOST, "the log could not be kept"), null)
                : new Wire.End(result.event(), result.outcome(), result.snapshot());
        Verdict verdict = said(() -> calls.post(attempt(result.ref()) + "/finish", end, Wire.Answer.class))
                .verdict();
        over(result.ref());
        return verdict;
    }

    @Override
    public void over(AttemptRef ref) {
        running.remove(ref);
        logs.keySet().removeIf(name -> name.ref().equals(ref));
    }

    private static boolean flushed(LogSender sender) {
        try {
            sender.flush();
            return true;
        } catch (IOException refused) {
            log.warn("log bytes were not kept: {}", refused.getMessage());
            return false;
        }
    }

    /** After the registration a refusal may pass, such as that of a token that is being replaced: it counts as absence. */
    private static <T> T said(Supplier<T> call) {
        try {
            return call.get();
        } catch (LinkRefusedException refused) {
            throw new LinkUnavailableException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private String session() {
        return requireNonNull(session, "the runner has not registered");
    }

    private String attempt(AttemptRef ref) {
        return session() + "/jobs/" + ref.jobId() + "/" + ref.attempt();
    }

    @Override
    public void close() {
        closed.countDown();
        calls.close();
    }

    private record LogName(AttemptRef ref, int step) {}

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Counts and hashes what is uploaded. */
    private static final class Counted extends DigestInputStream {
        private long size;

        Counted(InputStream content) {
            super(content, sha256());
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            size += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            size += Math.max(0, count);
            return count;
        }

        String hash() {
            return HexFormat.of().formatHex(getMessageDigest().digest());
        }
    }

    /** A download whose last read fails if it is not what was asked for. */
    private static final class CheckedBlob extends DigestInputStream {
        private final String expected;
        private boolean checked;

        CheckedBlob(InputStream content, String expected) {
            super(content, sha256());
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            checkAt(next);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            checkAt(count);
            return count;
        }

        private void checkAt(int count) throws IOException {
            if (count >= 0 || checked) {
                return;
            }
            checked = true;
            String found = HexFormat.of().formatHex(getMessageDigest().digest());
            if (!found.equals(expected)) {
                throw new IOException("blob " + expected + " arrived as " + found);
            }
        }
    }

    /** A download that the server refused; told when it is read. */
    private static final class Broken extends FilterInputStream {
        private final IOException reason;

        Broken(IOException reason) {
            super(InputStream.nullInputStream());
            this.reason = reason;
        }

        @Override
        public int read() throws IOException {
            throw reason;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw reason;
        }
    }
}
