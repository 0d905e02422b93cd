package dev.trivet.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All watchers that listen now: bounds their number, keeps silent streams alive, ends them all when the server stops. Thread-safe. */
final class EventStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final Semaphore places;
    private final int most;
    private final Duration heartbeat;
    private final ScheduledExecutorService clock;
    private volatile boolean stopping;

    EventStreams(int most, Duration heartbeat) {
        this.most = most;
        this.places = new Semaphore(most);
        this.heartbeat = heartbeat;
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("http-heartbeat").factory());
        long period = Math.max(1, heartbeat.toMillis() / 4);
        @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor; beatAll throws nothing
        var _ = clock.scheduleAtFixedRate(this::beatAll, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Takes a place.
     *
     * @throws HttpException 503 if all are taken or the server stops
     */
    void enter() {
        if (stopping) {
            throw HttpException.of(Problem.Kind.UNAVAILABLE, "the server is stopping");
        }
        if (!places.tryAcquire()) {
            throw new HttpException(
                    Problem.of(Problem.Kind.TOO_MANY, "there are " + most + " watchers already; try again later")
                            .with(new Header("Retry-After", "10")));
        }
    }

    /** Gives the place back. */
    void leave() {
        places.release();
    }

    /** Runs the source on this thread until it returns, the client is gone or the server stops. */
    void run(EventSource source, OutputStream out) {
        EventStream stream = new EventStream(out, Thread.currentThread());
        streams.add(stream);
        try {
            if (!stopping) {
                source.stream(stream);
            }
        } catch (IOException | InterruptedException e) {
            LOG.debug("a watcher left: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.error("a source of events failed", e);
        } finally {
            stream.finish();
            streams.remove(stream);
            // The thread may serve the connection's next request: an interrupt meant for this stream must not reach it.
            Thread.interrupted();
        }
    }

    int size() {
        return streams.size();
    }

    private void beatAll() {
        for (EventStream stream : streams) {
            if (stream.isSilentFor(heartbeat)) {
                Thread.startVirtualThread(() -> stream.beat(heartbeat));
            }
        }
    }

    /** Ends every stream, and those that come later. */
    @Override
    public void close() {
        stopping = true;
        clock.shutdownNow();
        streams.forEach(EventStream::close);
    }
}
