package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.Database;
import dev.trivet.store.TestDatabase;
import java.time.Clock;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Invariant 9: what a claim costs does not depend on the backlog. Counted in pages that the statement touches, which no noise of the
 * machine can change.
 */
@ExtendWith(TestDatabase.class)
class LargeBacklogTest {
    private static final int BACKLOG = 200_000;
    private static final Pattern HIT = Pattern.compile("shared hit=(\\d+)");
    private static final Pattern READ = Pattern.compile(" read=(\\d+)");

    @Test
    void theClaimTouchesAsManyPagesWith200000JobsAsWithTen(Database database) {
        var on = new EngineFixture(database);
        SubmittedRun template = on.submit("template");
        RunnerSession runner = on.runner();
        on.claim(runner, 1).forEach(on::pass);
        fill(database, template, 50);
        Explained small = explain(database, runner);
        fill(database, template, BACKLOG);
        database.write(handle -> handle.execute("analyze queue, job, job_spec"));
        Explained large = explain(database, runner);
        assertThat(large.plan)
                .as("the large plan")
                .doesNotContain("Seq Scan on queue")
                .contains("queue_order");
        assertThat(small.plan).as("the small plan").contains("queue_order");
        // A deeper B-tree has a level or two more, in each of the handful of indexes that the ten jobs touch.
        assertThat(large.pages).as("pages touched").isLessThan(small.pages * 2 + 200);
        assertThat(on.claim(runner, 10)).hasSize(10);
    }

    private static void fill(Database database, SubmittedRun template, int jobs) {
        database.write(handle -> {
            handle.createUpdate("""
                            with made as (
                                insert into job (run_id, key, name, state, lane_id, priority, created_at)
                                select run_id, 'n' || :jobs || '-' || n, name, 'ready', lane_id, 0, created_at
                                from job, generate_series(1, :jobs) n where id = :template returning id, lane_id),
                            specs as (
                                insert into job_spec select made.id, spec, retry, soft_fail
                                from made, job_spec where job_id = :template)
                            insert into queue select id, lane_id, 0 from made
                            """)
                    .bind("jobs", jobs)
                    .bind("template", template.onlyJob())
                    .execute();
            return jobs;
        });
    }

    private static Explained explain(Database database, RunnerSession runner) {
        return database.write(handle -> {
            handle.execute("set local plan_cache_mode = force_generic_plan");
            List<String> lines = bound(handle, runner);
            handle.rollback();
            String plan = String.join("\n", lines);
            Matcher hit = HIT.matcher(plan);
            Matcher read = READ.matcher(plan);
            int pages = (hit.find() ? Integer.parseInt(hit.group(1)) : 0)
                    + (read.find() ? Integer.parseInt(read.group(1)) : 0);
            return new Explained(plan, pages);
        });
    }

    private static List<String> bound(Handle handle, RunnerSession runner) {
        List<Long> lanes =
                handle.createQuery("select id from lane").mapTo(Long.class).list();
        return handle.createQuery("explain (analyze, buffers) " + Claims.CLAIM)
                .bind("runner", runner.runner().id())
                .bind("generation", runner.generation())
                .bind("now", Clock.systemUTC().instant())
                .bindArray("lanes", Long.class, lanes)
                .bindArray("ranks", Integer.class, lanes.stream().map(lane -> 0).toList())
                .bind("quota", 10)
                .bind("most", 10)
                .mapTo(String.class)
                .list();
    }

    private record Explained(String plan, int pages) {}
}
