package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stops attempts whose time is over. One thread for all of them; thread-safe. */
final class Watchdog implements AutoCloseable {
    private static final long SILENCE_LOOK_MILLIS = 200;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("runner-watchdog").daemon().factory());

    /** Stops with {@code cause} after {@code time}, unless closed before; no bound when {@code time} is null. */
    Watch after(@Nullable Duration time, Stopper stopper, StopCause cause) {
        if (time == null) {
            return () -> {};
        }
        return closing(timer.schedule(() -> stopper.stop(cause), time.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Stops when {@code log} has been silent for {@code longest}. */
    Watch silence(@Nullable Duration longest, StepLog log, java.time.InstantSource clock, Stopper stopper) {
        if (longest == null) {
            return () -> {};
        }
        requireNonNull(log, "log is null");
        return closing(timer.scheduleWithFixedDelay(
                () -> {
                    if (clock.millis() - log.lastOutput() >= longest.toMillis()) {
                        stopper.stop(StopCause.SILENCE);
                    }
                },
                SILENCE_LOOK_MILLIS,
                SILENCE_LOOK_MILLIS,
                TimeUnit.MILLISECONDS));
    }

    private static Watch closing(ScheduledFuture<?> task) {
        return () -> {
            boolean _ = task.cancel(false);
        };
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** A bound that holds until it is closed. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
