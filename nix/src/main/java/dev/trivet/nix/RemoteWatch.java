package dev.trivet.nix;

import dev.trivet.nix.Realised.Failed;
import dev.trivet.nix.Realised.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds builds on other machines to the bounds of their request, which Nix does not hand on over ssh-ng (as it does over ssh). What
 * exceeds one ends everything. Thread-safe.
 */
final class RemoteWatch implements AutoCloseable {
    private final RealiseRequest request;
    private final Runnable end;
    private final Map<String, Running> running = new HashMap<>();
    private @Nullable Thread thread;
    private @Nullable Failed exceeded;
    private boolean closed;

    /** One of them; times are of {@link System#nanoTime}. */
    private static final class Running {
        final long since = System.nanoTime();
        long heard = since;
        long bytes;
    }

    /** @param end called once, when a bound is exceeded */
    RemoteWatch(RealiseRequest request, Runnable end) {
        this.request = Objects.requireNonNull(request, "request is null");
        this.end = Objects.requireNonNull(end, "end is null");
    }

    /** Its builder runs. */
    synchronized void begun(String drvPath) {
        running.put(drvPath, new Running());
        if (thread == null) {
            thread = Thread.ofVirtual().start(this::watch);
        } else {
            notifyAll();
        }
    }

    /** Its builder has said so much. */
    synchronized void heard(String drvPath, long bytes) {
        Running build = running.get(drvPath);
        if (build == null) {
            return;
        }
        build.heard = System.nanoTime();
        build.bytes += bytes;
        if (build.bytes > request.maxLogBytes()) {
            notifyAll();
        }
    }

    /** Its builder has ended. */
    synchronized void ended(String drvPath) {
        running.remove(drvPath);
    }

    /** What was exceeded, if anything was. */
    synchronized Optional<Failed> exceeded() {
        return Optional.ofNullable(exceeded);
    }

    private void watch() {
        try {
            if (late()) {
                end.run();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean late() throws InterruptedException {
        while (!closed) {
            long now = System.nanoTime();
            Duration next = Duration.ofDays(1);
            for (Map.Entry<String, Running> entry : running.entrySet()) {
                Running build = entry.getValue();
                String drv = entry.getKey();
                Duration time = left(request.timeout(), build.since, now);
                Duration silence = left(request.maxSilent(), build.heard, now);
                if (build.bytes > request.maxLogBytes()) {
                    exceeded = failed(
                            Kind.LOG_LIMIT,
                            drv,
                            "killed after writing more than " + request.maxLogBytes() + " bytes of log output");
                } else if (!time.isPositive()) {
                    exceeded = failed(
                            Kind.TIMED_OUT,
                            drv,
                            "timed out after " + request.timeout().toSeconds() + " seconds");
                } else if (!silence.isPositive()) {
                    exceeded = failed(
                            Kind.SILENT,
                            drv,
                            "timed out after " + request.maxSilent().toSeconds() + " seconds of silence");
                }
                if (exceeded != null) {
                    return true;
                }
                next = shorter(next, shorter(time, silence));
            }
            wait(Math.max(1, next.toMillis()));
        }
        return false;
    }

    private static Duration left(Duration bound, long since, long now) {
        return bound.isPositive() ? bound.minusNanos(now - since) : Duration.ofDays(1);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Failed failed(Kind kind, String drv, String what) {
        return new Failed(
                drv.equals(request.drvPath()) ? kind : Kind.DEPENDENCY_FAILED,
                "building of '" + drv + "' " + what,
                drv);
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
