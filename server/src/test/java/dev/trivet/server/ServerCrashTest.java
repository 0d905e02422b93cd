package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.Database;
import dev.trivet.store.EmbeddedPostgres;
import dev.trivet.store.TestPrograms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariants 1 to 4 of the engine, with real sandboxes: kill -9 of the server under 50 running and 500 queued jobs. */
class ServerCrashTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";
    private static final int RUNNING = 50;
    private static final int QUEUED = 500;
    private static final int LINES = 40;
    /** Long enough that all {@link #RUNNING} run at once. */
    private static final String LONG = manifest("sleep 0.5");

    private static final String SHORT = manifest(":");

    @TempDir
    Path directory;

    @Test
    void everyJobEndsExactlyOnceAndNoLogHasAHole() throws Exception {
        var jobs = new ArrayList<Integer>();
        Map<Integer, String> read = new HashMap<>();
        try (ServerProcess server = ServerProcess.start(environment());
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            for (int job = 0; job < RUNNING + QUEUED; job++) {
                jobs.add(client.submit(job < RUNNING ? LONG : SHORT));
            }
            await("all slots to be taken", () -> running() == RUNNING);
            for (int job : jobs.subList(0, RUNNING)) {
                read.put(job, client.taskLog(job, "count"));
            }
            server.kill();
        }
        await("the sandboxes' processes to be gone", () -> processesBelow(directory) == 0);
        try (ServerProcess server = ServerProcess.start(environment());
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            await("all jobs to end", () -> counts("select count(*) from job where finished_at is null") == 0);
            assertThat(texts("""
                            select concat_ws(' ', j.id, j.state, a.number, a.state, a.outcome)
                            from job j left join attempt a on a.job_id = j.id where j.state <> 'passed'
                            """)).as("jobs that did not pass").isEmpty();
            assertThat(counts("select count(*) from job")).isEqualTo(jobs.size());
            assertThat(counts("""
                            select count(*) from (select job_id from event where kind in ('job.passed', 'job.failed',
                            'job.lost', 'job.canceled', 'job.timed_out') group by job_id having count(*) <> 1) twice
                            """)).as("jobs without exactly one end").isZero();
            assertThat(counts("select count(*) from job where attempt > 1"))
                    .as("jobs that ran again")
                    .isPositive();
            for (int job : jobs) {
                String log = client.taskLog(job, "count");
                assertThat(log).as("what was read before the crash").startsWith(read.getOrDefault(job, ""));
                checkLog(job, log);
            }
        }
    }

    private static String manifest(String pause) {
        return """
                image: debian/stable
                tasks:
                - count: |
                    set +x
                    for i in $(seq 1 %d); do echo "line $i"; %s; done
                """.formatted(LINES, pause);
    }

    /** Each attempt's part counts from 1 without a hole; the last one counts to the end. */
    private static void checkLog(int job, String log) {
        int expected = 1;
        for (String line : log.lines().toList()) {
            if (line.startsWith("[trivet]")) {
                expected = 1;
            } else if (line.startsWith("line ") && !line.equals("line " + expected)) {
                // A line that the crash cut in two is followed by the notice, never by another line.
                assertThat("line " + expected)
                        .as("log of job %s:\n%s", job, log)
                        .startsWith(line);
            } else if (line.startsWith("line ")) {
                expected++;
            }
        }
        assertThat(expected - 1).as("last line of job %s:\n%s", job, log).isEqualTo(LINES);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        // The leanest one that has a sandbox at all: what is tested here is the engine and the logs.
        environment.put("TRIVET_RUNNER_BACKEND", "bwrap");
        environment.put("TRIVET_RUNNER_SLOTS", Integer.toString(RUNNING));
        return environment;
    }

    private long running() {
        return counts("select count(*) from job where state = 'running'");
    }

    private long counts(String sql) {
        return Long.parseLong(texts(sql).getFirst());
    }

    private List<String> texts(String sql) {
        try (Database database = Database.connect(
                EmbeddedPostgres.running(directory.resolve("data"), 1).orElseThrow())) {
            return database.read(
                    handle -> handle.createQuery(sql).mapTo(String.class).list());
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static long processesBelow(Path directory) {
        String path = directory.resolve("data/sandbox").toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(path))
                .count();
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(400);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline for " + what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }
}
