package dev.trivet.web;

import dev.trivet.http.EventSource;
import dev.trivet.http.EventStream;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.store.DatabaseUnavailableException;
import dev.trivet.store.JobRow;
import dev.trivet.store.StepRow;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What one open page of a run is told while the run lasts: changes of its parts, and the logs of its steps. */
final class RunStream implements EventSource {
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long changes are collected. */
    private static final Duration PACE = Duration.ofMillis(100);

    /** Only a fallback: every change is signaled. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);
    /** How long logs may stay open after their run ended; whoever ended it closes them. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Most logs of a job that are followed; those of later steps are seen when the page is loaded again. */
    private static final int MOST_LOGS = 150;

    private final Supplier<Optional<RunSnapshot>> reading;
    private final RunParts parts;
    private final RunWatch watch;
    private final long runId;
    private final LogStore logs;
    private final LogCursor cursor;
    private final Map<Integer, LogFollower> followers = new HashMap<>();
    private int attempt;

    /**
     * A stream for one page.
     *
     * @param reading the run, or empty if the viewer may not see it (any more)
     */
    RunStream(
            long runId,
            Supplier<Optional<RunSnapshot>> reading,
            RunParts parts,
            RunWatch watch,
            LogStore logs,
            LogCursor cursor) {
        this.runId = runId;
        this.reading = Objects.requireNonNull(reading, "reading is null");
        this.parts = Objects.requireNonNull(parts, "parts is null");
        this.watch = Objects.requireNonNull(watch, "watch is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.cursor = Objects.requireNonNull(cursor, "cursor is null");
    }

    @Override
    public void stream(EventStream stream) throws IOException, InterruptedException {
        stream.retryAfter(RETRY);
        PageFeed feed = new PageFeed(stream, cursor);
        try (RunWatch.Subscription subscription = watch.of(runId)) {
            while (stream.isOpen()) {
                Optional<RunSnapshot> read;
                try {
                    read = reading.get();
                } catch (DatabaseUnavailableException e) {
                    // The logs go on without it.
                    Thread.sleep(RETRY);
                    continue;
                }
                if (read.isEmpty()) {
                    feed.end();
                    return;
                }
                RunSnapshot snapshot = read.get();
                follow(snapshot, feed, subscription.signal());
                if (snapshot.ended()) {
                    finish(subscription.signal());
                }
                String changed = parts.changed(snapshot);
                if (!changed.isEmpty()) {
                    feed.patch(changed);
                }
                if (snapshot.ended()) {
                    feed.end();
                    return;
                }
                boolean _ = subscription.signal().await(LONGEST_WAIT);
                Thread.sleep(pace(snapshot));
            }
        } finally {
            stop();
        }
    }

    /** Large runs change often and are long to read: their pages are told less often. */
    private static Duration pace(RunSnapshot snapshot) {
        Duration slow = Duration.ofMillis(Math.min(2000, 5L * snapshot.jobs().size()));
        return slow.compareTo(PACE) > 0 ? slow : PACE;
    }

    private void follow(RunSnapshot snapshot, PageFeed feed, Signal signal) {
        JobRow job = snapshot.shown();
        if (job == null || job.attempt() == 0) {
            return;
        }
        if (job.attempt() != attempt) {
            // Another attempt writes to the same logs, which had been at their ends.
            followers.values().removeIf(follower -> !follower.isAlive());
            attempt = job.attempt();
        }
        for (StepRow step : snapshot.steps()) {
            if (step.startedAt() != null && step.number() <= MOST_LOGS) {
                followers.computeIfAbsent(
                        step.number(),
                        number -> new LogFollower(
                                logs, feed, new LogKey(step.jobId(), number), Anchors.of(step), signal));
            }
        }
    }

    /** Waits until the followers have sent their logs to the end. */
    private void finish(Signal signal) throws InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (followers.values().stream().anyMatch(LogFollower::isAlive)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            boolean _ = signal.await(Duration.ofNanos(left));
        }
    }

    /** Nobody may write to the stream once its source has returned. */
    private void stop() {
        followers.values().forEach(LogFollower::interrupt);
        boolean interrupted = false;
        for (LogFollower follower : followers.values()) {
            while (follower.isAlive()) {
                try {
                    follower.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
