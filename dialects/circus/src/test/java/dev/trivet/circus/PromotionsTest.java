package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.accounts.AccountStore;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What channels show by themselves (spec circus section 8). */
class PromotionsTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, Circus.MIGRATIONS);

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Actor SOMEBODY = new Actor("user", null, "somebody", null);

    private UUID jobset;
    private UUID channel;

    @BeforeEach
    void begin() {
        int _ = sql(handle -> handle.execute("delete from circus.projects"));
        UUID project = id(
                "insert into circus.projects (name, repository_url) values ('p', 'https://example.org') returning id");
        jobset = id("insert into circus.jobsets (project_id, name, nix_expression) values ('" + project
                + "', 'main', '.') returning id");
        channel = id("insert into circus.channels (project_id, name, jobset_id) values ('" + project + "', 'stable', '"
                + jobset + "') returning id");
    }

    private static <T> T sql(HandleCallback<T, RuntimeException> work) {
        return DATABASE.database().write(work);
    }

    private static UUID id(String statement) {
        return sql(handle -> handle.createQuery(statement).mapTo(UUID.class).one());
    }

    /** A complete evaluation of that day with these builds, which is told of. */
    private UUID evaluation(int day, String... statuses) {
        UUID evaluation = written(day, "completed", statuses);
        settle(evaluation);
        return evaluation;
    }

    private UUID written(int day, String status, String... statuses) {
        UUID evaluation = id("""
                insert into circus.evaluations (jobset_id, commit_hash, status, evaluation_time)
                values ('%s', '%s', '%s', '2026-02-%02dZ') returning id
                """.formatted(jobset, "c" + day, status, day));
        for (int i = 0; i < statuses.length; i++) {
            UUID _ = id("""
                    insert into circus.builds (evaluation_id, job_name, drv_path, status) values ('%s', 'job%d', '/d', '%s') returning id
                    """.formatted(evaluation, i, statuses[i]));
        }
        return evaluation;
    }

    private static void settle(UUID evaluation) {
        var _ = sql(handle -> new BuildEnds(handle).settle(List.of(evaluation), NOW));
    }

    private static void set(UUID evaluation, String job, String status) {
        int _ = sql(handle -> set(handle, evaluation, job, status));
    }

    private static int set(Handle handle, UUID evaluation, String job, String status) {
        return handle.createUpdate(
                        "update circus.builds set status = :status where evaluation_id = :id and job_name = :job")
                .bind("status", status)
                .bind("id", evaluation)
                .bind("job", job)
                .execute();
    }

    private @Nullable UUID shown() {
        return sql(handle -> handle.createQuery("select current_evaluation_id from circus.channels where id = :id")
                .bind("id", channel)
                .map((row, context) -> row.getObject(1, UUID.class))
                .list()
                .getFirst());
    }

    private static int caughtUp(@Nullable UUID one) {
        return sql(handle -> new Promotions(handle).catchUp(one, NOW));
    }

    private List<Map<String, Object>> history() {
        return sql(
                handle -> handle.createQuery("""
                        select number, kind, evaluation_id from circus.channel_promotions where channel_id = :id order by number
                        """).bind("id", channel).mapToMap().list());
    }

    @Test
    void whatIsGreenIsShown() {
        UUID none = evaluation(1);
        UUID red = evaluation(2, "succeeded", "failed");
        UUID open = evaluation(3, "succeeded", "running");
        assertThat(shown()).isNull();
        UUID running = written(4, "running", "succeeded");
        settle(running);
        assertThat(shown()).isNull();
        UUID green = evaluation(5, "succeeded", "succeeded");
        assertThat(shown()).isEqualTo(green);
        settle(green);
        settle(none);
        settle(red);
        settle(open);
        assertThat(history()).hasSize(1);
        assertThat(history().getFirst()).containsEntry("kind", "automatic").containsEntry("number", 1);
    }

    @Test
    void whatIsMendedIsShownUnlessSomethingNewerIs() {
        UUID first = evaluation(1, "succeeded", "failed");
        set(first, "job1", "succeeded");
        settle(first);
        assertThat(shown()).isEqualTo(first);
        UUID second = evaluation(2, "succeeded", "timeout");
        UUID third = evaluation(3, "succeeded");
        assertThat(shown()).isEqualTo(third);
        set(second, "job1", "succeeded");
        settle(second);
        assertThat(shown()).isEqualTo(third);
        assertThat(caughtUp(null)).isZero();
    }

    @Test
    void pullRequestsAndWhatIsNotKeptAreNotShown() {
        UUID request = written(1, "completed", "succeeded");
        int _ = sql(handle -> handle.execute("update circus.evaluations set pr_number = 7 where id = ?", request));
        settle(request);
        UUID dropped = written(2, "completed", "succeeded");
        int _ = sql(handle ->
                handle.execute("update circus.evaluations set roots_dropped_at = now() where id = ?", dropped));
        settle(dropped);
        assertThat(caughtUp(null)).isZero();
        assertThat(shown()).isNull();
    }

    @Test
    void anAggregateDecidesInTheSameMoment() {
        UUID evaluation = written(1, "completed", "succeeded", "running");
        int _ = sql(handle -> handle.execute("""
                insert into circus.builds (evaluation_id, job_name, drv_path, is_aggregate) values (?, 'all', '/a', true)
                """, evaluation));
        int _ = sql(handle -> handle.execute("""
                insert into circus.build_dependencies (build_id, dependency_build_id)
                select a.id, b.id from circus.builds a, circus.builds b where a.job_name = 'all' and b.job_name <> 'all'
                """));
        settle(evaluation);
        assertThat(shown()).isNull();
        set(evaluation, "job1", "succeeded");
        settle(evaluation);
        assertThat(shown()).isEqualTo(evaluation);
    }

    @Test
    void theSameEvaluationMadeAgainIsShownAgain() {
        UUID evaluation = evaluation(1, "succeeded");
        int _ = sql(handle -> handle.execute(
                "update circus.evaluations set evaluation_time = '2026-02-09Z' where id = ?", evaluation));
        settle(evaluation);
        assertThat(history()).hasSize(2);
        assertThat(shown()).isEqualTo(evaluation);
    }

    @Test
    void whatWasOverlookedIsFoundLater() {
        UUID older = written(1, "completed", "succeeded");
        UUID newer = written(2, "completed", "succeeded");
        UUID _ = written(3, "completed", "failed");
        assertThat(caughtUp(UUID.randomUUID())).isZero();
        assertThat(caughtUp(channel)).isOne();
        assertThat(shown()).isEqualTo(newer);
        settle(older);
        assertThat(shown()).isEqualTo(newer);
    }

    @Test
    void whoGoesBackIsNotOvertakenByWhatWasThere() {
        UUID first = evaluation(1, "succeeded");
        UUID late = evaluation(2, "failed");
        UUID third = evaluation(3, "succeeded");
        OptionalInt number = sql(handle -> new Promotions(handle).promote(channel, first, 1, false, SOMEBODY, NOW));
        assertThat(number).hasValue(3);
        set(late, "job0", "succeeded");
        settle(late);
        settle(third);
        assertThat(caughtUp(null)).isZero();
        assertThat(shown()).isEqualTo(first);
        UUID fourth = evaluation(4, "succeeded");
        assertThat(shown()).isEqualTo(fourth);
        assertThat(history().stream().map(entry -> entry.get("kind")))
                .containsExactly("automatic", "automatic", "rollback", "automatic");
    }

    @Test
    void twoThatEndTheLastBuildsAtOnceDoNotOverlookEachOther() throws Exception {
        Executor threads = task -> Thread.ofVirtual().start(task);
        for (int day = 1; day <= 20; day++) {
            UUID evaluation = written(day, "completed", "running", "running");
            var both = new CountDownLatch(2);
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (String job : List.of("job0", "job1")) {
                ends.add(CompletableFuture.runAsync(
                        () -> {
                            var _ = sql(handle -> {
                                set(handle, evaluation, job, "succeeded");
                                meet(both);
                                return new BuildEnds(handle).settle(List.of(evaluation), NOW);
                            });
                        },
                        threads));
            }
            for (CompletableFuture<Void> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
            assertThat(shown()).as("day %d", day).isEqualTo(evaluation);
        }
        assertThat(history()).hasSize(20);
    }

    /** Also if one of them has to repeat its transaction. */
    private static void meet(CountDownLatch both) {
        both.countDown();
        try {
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void anEvaluationThatIsShownDoesNotVanishAndAJobsetGoesWithItsChannels() {
        UUID evaluation = evaluation(1, "succeeded");
        assertThatThrownBy(
                        () -> sql(handle -> handle.execute("delete from circus.evaluations where id = ?", evaluation)))
                .hasStackTraceContaining("channels_current_evaluation_id_fkey");
        int _ = sql(handle -> handle.execute("delete from circus.jobsets where id = ?", jobset));
        long left = sql(handle -> handle.createQuery("select count(*) from circus.channel_promotions")
                .mapTo(Long.class)
                .one());
        assertThat(left).isZero();
    }
}
