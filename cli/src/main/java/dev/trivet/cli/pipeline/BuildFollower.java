package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Build;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.api.Patience;
import dev.trivet.cli.api.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows a build to its end: its state by looking, the logs of all its jobs as they come, of at most {@link #STREAMS} jobs at once. A
 * server that restarts meanwhile is waited for ({@link Patience}). One use, one thread.
 */
public final class BuildFollower {
    /** Most streams that are open at once. */
    public static final int STREAMS = 64;

    private static final Duration LOOK = Duration.ofMillis(150);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
    /** Looking shall cost the server a fifth of its time at most. */
    private static final int RESTS = 4;

    private final BuildClient client;
    private final BuildAddress build;
    private final BuildPrinter printer;
    private final Pause pause;
    private final Semaphore streams = new Semaphore(STREAMS, true);
    private final Map<String, Thread> readers = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final AtomicReference<@Nullable RuntimeException> broken = new AtomicReference<>();

    public BuildFollower(BuildClient client, BuildAddress build, BuildPrinter printer, Pause pause) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.build = Objects.requireNonNull(build, "build is null");
        this.printer = Objects.requireNonNull(printer, "printer is null");
        this.pause = Objects.requireNonNull(pause, "pause is null");
    }

    /** Waits for the end; the build and its jobs as they are then. */
    public BuildEnd follow() throws IOException, ApiException, InterruptedException {
        var patience = new Patience(pause, printer::trouble);
        try {
            while (true) {
                try {
                    long begin = System.nanoTime();
                    // Asked for before its jobs: once it has ended, they have.
                    Build now = client.build(build);
                    List<BuildJob> jobs = client.jobs(build);
                    patience.rewarded();
                    printer.keys(jobs);
                    jobs.forEach(this::look);
                    if (now.ended()) {
                        finish(jobs);
                        return new BuildEnd(now, jobs);
                    }
                    rest(Duration.ofNanos(System.nanoTime() - begin));
                } catch (IOException e) {
                    patience.with(e);
                } catch (ApiException e) {
                    patience.with(e);
                }
            }
        } finally {
            readers.values().forEach(Thread::interrupt);
        }
    }

    private void look(BuildJob job) {
        if (job.hasLog()) {
            readers.computeIfAbsent(job.id(), id -> reader(id, job.key()));
        }
        Thread reader = readers.get(job.id());
        if (job.ended() && (reader == null || !reader.isAlive())) {
            tell(job);
        }
    }

    private void finish(List<BuildJob> jobs) throws InterruptedException {
        for (BuildJob job : jobs) {
            Thread reader = readers.get(job.id());
            while (reader != null && !reader.join(LOOK)) {
                checkOutput();
            }
            tell(job);
        }
        checkOutput();
    }

    private void tell(BuildJob job) {
        if (job.ended() && told.add(job.id())) {
            printer.ended(job);
        }
    }

    private void rest(Duration looked) throws InterruptedException {
        Duration wait = looked.multipliedBy(RESTS);
        checkOutput();
        pause.of(wait.compareTo(LOOK) < 0 ? LOOK : wait.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : wait);
        checkOutput();
    }

    /** What stopped a reader, such as an output that nobody reads any more, stops all. */
    private void checkOutput() {
        RuntimeException failure = broken.get();
        if (failure != null) {
            throw failure;
        }
    }

    private Thread reader(String id, String key) {
        return Thread.ofVirtual().name("log-" + key).start(() -> {
            try {
                read(id, key);
            } catch (RuntimeException failure) {
                boolean _ = broken.compareAndSet(null, failure);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void read(String id, String key) throws InterruptedException {
        try {
            // That the server cannot be reached is told once for all, by who looks at the build.
            var _ = new LogReader(client, build, id, line -> printer.line(key, line), streams, pause, trouble -> {})
                    .follow();
        } catch (IOException | ApiException failed) {
            printer.lost("the log of " + key + " broke off: " + failed.getMessage());
        }
    }
}
