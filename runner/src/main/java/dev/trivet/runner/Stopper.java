package dev.trivet.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stops one attempt: the first cause counts, and whatever is to be killed is killed, also what comes later. Thread-safe. */
final class Stopper {
    private @Nullable StopCause cause;
    private final List<Runnable> kills = new ArrayList<>();

    /** Stops for {@code why}, if nothing has stopped it before. */
    void stop(StopCause why) {
        List<Runnable> pending;
        synchronized (this) {
            if (cause != null) {
                return;
            }
            cause = why;
            pending = List.copyOf(kills);
        }
        pending.forEach(Runnable::run);
    }

    synchronized Optional<StopCause> cause() {
        return Optional.ofNullable(cause);
    }

    /** Runs {@code kill} when it is stopped, at once if it is already. */
    Registration onStop(Runnable kill) {
        boolean now;
        synchronized (this) {
            kills.add(kill);
            now = cause != null;
        }
        if (now) {
            kill.run();
        }
        return () -> {
            synchronized (this) {
                kills.remove(kill);
            }
        };
    }

    /** Forgets a kill. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
