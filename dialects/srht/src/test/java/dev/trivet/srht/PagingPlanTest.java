package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A page of somebody's jobs costs the same however many jobs there are. */
class PagingPlanTest {
    private static final int JOBS = 20_000;

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(MigrationSet.ENGINE, JobStore.MIGRATIONS);

    @Test
    void aPageIsReadFromTheIndexWithoutSorting() {
        fill();

        String plan = DATABASE.database()
                .read(handle -> String.join(
                        "\n",
                        handle.createQuery("explain " + JobStore.PAGE)
                                .bind("owner", 1)
                                .bind("start", JOBS / 2)
                                .bind("limit", 51)
                                .mapTo(String.class)
                                .list()));

        assertThat(plan).contains("job_of_owner").doesNotContain("Sort").doesNotContain("Seq Scan on job");
        Page<Job> page = new JobStore(DATABASE.database()).page(1, OptionalLong.of(JOBS / 2));
        assertThat(page.results()).hasSize(Page.SIZE).extracting(Job::id).startsWith(JOBS / 2);
        assertThat(page.total()).isEqualTo(JOBS / 100);
    }

    /** Every hundredth job is the first user's. */
    private static void fill() {
        DATABASE.database().jdbi().useHandle(handle -> handle.execute("""
                with runs as (
                    insert into run (dialect, tenant, title, state, created_at, tally)
                    select 'srht', '~alice', 'run', 'held', now(), '{}' from generate_series(1, %1$d) returning id),
                jobs as (
                    insert into job (run_id, key, name, state, lane_id, created_at)
                    select id, 'job', 'job', 'held', 1, now() from runs order by id returning id, run_id)
                insert into srht.job (id, run_id, engine_job, owner_id, owner, manifest, image, visibility, secrets,
                    artifact_key, created, updated)
                select row_number() over (order by run_id), run_id, id, 1 + (row_number() over (order by run_id)) %% 100,
                    'alice', 'x', 'x', 'public', false, '0123456789abcdef', now(), now() from jobs
                """.formatted(JOBS)));
        DATABASE.database().jdbi().useHandle(handle -> handle.execute("analyze"));
    }
}
