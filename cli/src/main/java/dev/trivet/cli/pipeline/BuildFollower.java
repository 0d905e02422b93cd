package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildClient.BuildAddress;
import dev.trivet.cli.api.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** Follows a build to its end: its state by looking, the logs of all its jobs as they come. */
public final class BuildFollower {
    private static final Duration LOOK = Duration.ofMillis(150);
    private static final Set<String> BEFORE_LOG = Set.of("pending", "scheduled", "assigned");
    private static final Set<String> ENDS = Set.of("passed", "failed", "canceled");
    private static final Set<String> JOB_ENDS = Set.of("passed", "failed", "skipped", "canceled", "timed_out");

    private final BuildClient client;
    private final BuildAddress build;
    private final BuildPrinter printer;
    private final Pause pause;
    private final Map<String, Thread> readers = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Set<String> troubles = ConcurrentHashMap.newKeySet();

    public BuildFollower(BuildClient client, BuildAddress build, BuildPrinter printer, Pause pause) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.build = Objects.requireNonNull(build, "build is null");
        this.printer = Objects.requireNonNull(printer, "printer is null");
        this.pause = Objects.requireNonNull(pause, "pause is null");
    }

    /** Waits for the end; the build and its jobs as they are then. */
    public End follow() throws IOException, ApiException, InterruptedException {
        try {
            while (true) {
                JsonNode now = client.build(build);
                List<JsonNode> jobs = client.jobs(build);
                printer.keys(jobs.stream().map(BuildFollower::key).toList());
                jobs.forEach(this::look);
                if (ENDS.contains(now.path("state").asString(""))) {
                    for (Thread reader : readers.values()) {
                        reader.join();
                    }
                    // What ended between the two answers is told by the last look.
                    List<JsonNode> last = client.jobs(build);
                    last.forEach(this::tell);
                    return new End(now, last);
                }
                pause.of(LOOK);
            }
        } finally {
            readers.values().forEach(Thread::interrupt);
        }
    }

    private void look(JsonNode job) {
        String state = job.path("state").asString("");
        boolean ran = !job.path("started_at").isNull();
        if (!BEFORE_LOG.contains(state) && (ran || state.equals("failed"))) {
            readers.computeIfAbsent(job.path("id").asString(""), id -> reader(id, key(job)));
        }
        tell(job);
    }

    private void tell(JsonNode job) {
        if (JOB_ENDS.contains(job.path("state").asString("")) && told.add(key(job))) {
            Thread reader = readers.get(job.path("id").asString(""));
            if (reader != null) {
                joined(reader);
            }
            printer.ended(job);
        }
    }

    private static void joined(Thread reader) {
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread reader(String id, String key) {
        return Thread.ofVirtual().name("log-" + key).start(() -> {
            try {
                new LogReader(client, build, id, line -> printer.line(key, line)).read();
            } catch (IOException | ApiException failed) {
                if (troubles.add(key)) {
                    printer.trouble("the log of " + key + " broke off: " + failed.getMessage());
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    static String key(JsonNode job) {
        return job.path("step_key").asString("");
    }

    /** How a build ended. */
    public record End(JsonNode build, List<JsonNode> jobs) {
        public End {
            jobs = List.copyOf(jobs);
        }

        /** The word for its state. */
        public String state() {
            return build.path("state").asString("");
        }
    }
}
