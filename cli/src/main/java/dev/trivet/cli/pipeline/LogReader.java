package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.api.Patience;
import dev.trivet.cli.api.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Reads the log of one job (spec harmont section 2.9), each line once. Where a stream breaks off or ends, it comes again behind the last
 * line that it has: also when the server restarts meanwhile, and when the job is tried again. For one thread.
 */
final class LogReader {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);
    /** A history of less is all that there is: the server cuts it at 4 MiB. */
    private static final int WHOLE_HISTORY = 1 << 20;

    private final BuildClient client;
    private final BuildAddress build;
    private final String job;
    private final Consumer<String> lines;
    private final Semaphore streams;
    private final Pause pause;
    private final Patience patience;
    private long last;
    private long taken;

    /**
     * A reader from the first line on.
     *
     * @param lines takes each line, with its line end
     * @param streams a permit of it is held while a stream is open
     * @param trouble hears when the server cannot be reached
     */
    LogReader(
            BuildClient client,
            BuildAddress build,
            String job,
            Consumer<String> lines,
            Semaphore streams,
            Pause pause,
            Consumer<String> trouble) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.build = Objects.requireNonNull(build, "build is null");
        this.job = Objects.requireNonNull(job, "job is null");
        this.lines = Objects.requireNonNull(lines, "lines is null");
        this.streams = Objects.requireNonNull(streams, "streams is null");
        this.pause = Objects.requireNonNull(pause, "pause is null");
        this.patience = new Patience(pause, trouble);
    }

    /** Reads until the job has ended and all of its log was read; the job as it was then. */
    BuildJob follow() throws IOException, ApiException, InterruptedException {
        Duration wait = LOOK;
        while (true) {
            try {
                // Asked for before the log: of a job that is over then, nothing is missed.
                BuildJob now = client.job(build, job);
                long before = last;
                if (stream(false)) {
                    if (now.ended()) {
                        return now;
                    }
                    // This attempt is over and written down in a moment, or another one follows.
                    wait = last > before ? LOOK : longer(wait);
                    pause.of(wait);
                }
            } catch (IOException e) {
                patience.with(e);
            } catch (ApiException e) {
                patience.with(e);
            }
        }
    }

    /** Reads what is there now. */
    void readWhatIsThere() throws IOException, ApiException, InterruptedException {
        if (client.job(build, job).ended()) {
            var _ = follow();
            return;
        }
        long before;
        do {
            before = taken;
            boolean _ = stream(true);
        } while (taken - before >= WHOLE_HISTORY);
    }

    /**
     * Reads one stream.
     *
     * @param past whether only what is there already is wanted
     * @return true if the log has ended
     */
    private boolean stream(boolean past) throws IOException, ApiException, InterruptedException {
        streams.acquire();
        try (InputStream bytes = client.log(build, job, last);
                var events = new LogEvents(bytes)) {
            while (true) {
                LogEvents.Event event = events.next();
                patience.rewarded();
                switch (event.name()) {
                    case "done" -> {
                        return true;
                    }
                    case "history" -> {
                        event.data().path("chunks").forEach(this::take);
                        if (past) {
                            return false;
                        }
                    }
                    case "chunk" -> take(event.data());
                    default -> {}
                }
            }
        } finally {
            streams.release();
        }
    }

    private void take(JsonNode chunk) {
        long sequence = chunk.path("seq").asLong();
        if (sequence > last) {
            last = sequence;
            String line = chunk.path("content").asString("");
            taken += line.length();
            lines.accept(line);
        }
    }

    private static Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : twice;
    }
}
