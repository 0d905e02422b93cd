package dev.trivet.bench;

import dev.trivet.engine.Engine;
import dev.trivet.engine.RunnerSession;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Keeps runners alive while a benchmark plays them. */
final class Beats implements AutoCloseable {
    private static final int SECONDS = 3;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> beating;

    private Beats(Engine engine, List<RunnerSession> sessions) {
        this.beating =
                timer.scheduleAtFixedRate(() -> sessions.forEach(engine::beat), SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    static Beats of(Engine engine, List<RunnerSession> sessions) {
        return new Beats(engine, List.copyOf(sessions));
    }

    @Override
    public void close() {
        beating.cancel(false);
        timer.close();
    }
}
