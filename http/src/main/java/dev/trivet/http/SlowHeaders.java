package dev.trivet.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Closes connections whose request line and headers trickle in for too long. The idle time-out does not: every byte starts it anew. A
 * connection that sends nothing at all is left to the idle time-out.
 */
final class SlowHeaders implements AutoCloseable {
    private final ServerConnector connector;
    private final Duration timeout;
    private final ScheduledExecutorService clock;
    private Map<EndPoint, Waiting> waiting = new HashMap<>();

    SlowHeaders(ServerConnector connector, Duration timeout) {
        this.connector = connector;
        this.timeout = timeout;
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("http-slow-headers").factory());
    }

    void start() {
        long period = Math.max(1, timeout.toMillis() / 4);
        @SuppressWarnings("FutureReturnValueIgnored") // ends with the executor; sweep throws nothing
        var _ = clock.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
    }

    /** Runs on the one thread of the clock. */
    private void sweep() {
        long now = System.nanoTime();
        Map<EndPoint, Waiting> still = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Connection connection = endPoint.getConnection();
            if (connection == null || connection.getMessagesIn() != connection.getMessagesOut()) {
                continue; // a request is being answered
            }
            Waiting before = waiting.get(endPoint);
            Waiting current = before != null && before.messages() == connection.getMessagesIn()
                    ? before
                    : new Waiting(connection.getMessagesIn(), connection.getBytesIn(), now);
            boolean trickling = connection.getBytesIn() > current.bytes() || current.messages() == 0;
            if (trickling && now - current.sinceNanos() > timeout.toNanos()) {
                endPoint.close(new TimeoutException("the request's headers took longer than " + timeout));
            } else {
                still.put(endPoint, current);
            }
        }
        waiting = still;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** A connection without a complete request: how many it had before, and what had come when that was first seen. */
    private record Waiting(long messages, long bytes, long sinceNanos) {}
}
