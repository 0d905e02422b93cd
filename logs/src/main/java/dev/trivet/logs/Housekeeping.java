package dev.trivet.logs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Syncs what was appended, and gives back what idle logs hold, on a thread of its own. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final OpenLogs logs;
    private final LogSettings settings;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("trivet-log-sync").daemon().factory());

    Housekeeping(OpenLogs logs, LogSettings settings, InstantSource clock) {
        this.logs = logs;
        this.settings = settings;
        this.clock = clock;
        long millis = Math.max(1, settings.syncInterval().toMillis());
        var _ = thread.scheduleWithFixedDelay(this::pass, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** One pass over the logs in memory. */
    void pass() {
        for (OpenLog log : logs.all()) {
            try {
                log.sync();
            } catch (IOException failure) {
                LOG.error("log {} could not be written to stable storage; check the disk", log.key(), failure);
            }
        }
        try {
            logs.forgetIdle(clock.millis() - settings.idleAfter().toMillis());
        } catch (IOException | RuntimeException failure) {
            LOG.warn("an idle log could not be put away", failure);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
