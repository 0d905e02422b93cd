package dev.trivet.circus.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.circus.Circus;
import dev.trivet.notify.TaskStore;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Alarms, with a clock that is moved by hand. */
class AlertWatchTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, TaskStore.MIGRATIONS, Circus.MIGRATIONS);

    private final Database database = DATABASE.database();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int number;

    private AlertWatch watch(TaskStore tasks) {
        var alerts = new NotificationSettings.Alerts(20, Duration.ofMinutes(60));
        Target hook = new Target.Webhook(URI.create("https://example.org/x"), Optional.empty(), Map.of(), false, true);
        Target github = new Target.Github(URI.create("https://api.github.com"), "github.com", "t", true);
        return new AlertWatch(database, tasks, TargetReaderTest.settings(List.of(hook, github)), alerts, () -> now);
    }

    private void build(UUID evaluation, String status) {
        number++;
        int _ = database.<Integer, RuntimeException>write(handle -> handle.createUpdate("""
                        insert into circus.builds (evaluation_id, job_name, drv_path, status, completed_at)
                        values (:evaluation, :name, '/nix/store/x.drv', :status, :at)
                        """)
                .bind("evaluation", evaluation)
                .bind("name", "b" + number)
                .bind("status", status)
                .bind("at", now)
                .execute());
    }

    @Test
    void anAlarmIsRaisedOnceAndTakenBackOnce() {
        UUID evaluation = database.<UUID, RuntimeException>write(
                handle -> handle.createQuery("""
                        with p as (insert into circus.projects (name, repository_url) values ('p', 'https://a.example/o/r') returning id),
                            j as (insert into circus.jobsets (project_id, name, nix_expression) select id, 'j', '.' from p returning id)
                        insert into circus.evaluations (jobset_id, commit_hash) select id, 'abc' from j returning id
                        """).mapTo(UUID.class).one());
        var tasks = new TaskStore(database, () -> now);
        AlertWatch one = watch(tasks);
        AlertWatch another = watch(tasks);
        assertThat(one.look()).isEmpty();
        for (int i = 0; i < 8; i++) {
            build(evaluation, "succeeded");
        }
        build(evaluation, "failed");
        build(evaluation, "cached_failure");
        build(evaluation, "cancelled");
        assertThat(one.look()).as("20 % are not more than 20 %").isEmpty();
        build(evaluation, "timeout");
        assertThat(one.look()).hasValueSatisfying(alert -> {
            assertThat(alert.raised()).isTrue();
            assertThat(alert.text())
                    .isEqualTo("CI: 27.3 % of builds failed (3 of 11 within 60 minutes; the threshold is 20.0 %)");
        });
        assertThat(another.look()).isEmpty();
        assertThat(one.look()).isEmpty();
        assertThat(tasks.newest("circus", 10)).singleElement().satisfies(task -> {
            assertThat(task.kind()).isEqualTo("webhook");
            assertThat(task.payload().at("/alert/failed").asInt()).isEqualTo(3);
            assertThat(task.payload().at("/alert/error_rate").asDouble()).isEqualTo(27.3);
        });
        now = now.plus(Duration.ofMinutes(60));
        assertThat(another.look())
                .hasValueSatisfying(alert -> assertThat(alert.raised()).isFalse());
        assertThat(one.look()).isEmpty();
        assertThat(tasks.newest("circus", 10)).hasSize(2);
    }
}
