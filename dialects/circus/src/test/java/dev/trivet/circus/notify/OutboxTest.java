package dev.trivet.circus.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.circus.Circus;
import dev.trivet.circus.SecretBox;
import dev.trivet.core.json.Json;
import dev.trivet.notify.Delivery;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to builds becomes tasks, whoever did it. */
class OutboxTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, TaskStore.MIGRATIONS, Circus.MIGRATIONS);

    private static final Target GITHUB =
            new Target.Github(URI.create("https://api.github.com"), "github.com", "t0ken", true);
    private static final Target HOOK =
            new Target.Webhook(URI.create("https://example.org/h00k"), Optional.of("s3cret"), Map.of(), false, true);
    private static final Target CHAT = new Target.Slack(URI.create("https://chat.example.org/x"), true, true);

    private final Database database = DATABASE.database();
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final TaskStore tasks = new TaskStore(database, () -> now);
    private final SecretBox box = SecretBox.locked("a passphrase of this test");
    private UUID project;
    private UUID evaluation;

    @BeforeEach
    void empty() {
        sql("delete from circus.projects; delete from notify.task; delete from circus.build_news;"
                + " delete from circus.notification_defaults; delete from notify.destination");
        project = id(
                "insert into circus.projects (name, repository_url) values ('p', 'https://github.com/o/r') returning id");
        UUID jobset = id("insert into circus.jobsets (project_id, name, nix_expression) values ('" + project
                + "', 'j', '.') returning id");
        evaluation = id("insert into circus.evaluations (jobset_id, commit_hash, status) values ('" + jobset
                + "', 'abc', 'running') returning id");
    }

    private void sql(String sql) {
        int _ = database.<Integer, RuntimeException>write(handle -> handle.execute(sql));
    }

    private UUID id(String sql) {
        return database.<UUID, RuntimeException>write(
                handle -> handle.createQuery(sql).mapTo(UUID.class).one());
    }

    private UUID build(String name, String status, boolean aggregate) {
        return id("insert into circus.builds (evaluation_id, job_name, drv_path, status, is_aggregate) values ('"
                + evaluation + "', '" + name + "', '/nix/store/x.drv', '" + status + "', " + aggregate
                + ") returning id");
    }

    private void to(UUID build, String status) {
        sql("update circus.builds set status = '" + status + "' where id = '" + build + "'");
    }

    private long news() {
        return database.<Long, RuntimeException>read(
                handle -> handle.createQuery("select count(*) from circus.build_news")
                        .mapTo(Long.class)
                        .one());
    }

    private ConfigStore configs(NotificationSettings settings) {
        return new ConfigStore(database, box, new TargetReader(settings, false));
    }

    private Outbox outbox(Target... targets) {
        NotificationSettings settings = TargetReaderTest.settings(List.of(targets));
        var outbox = new Outbox(database, tasks, configs(settings), settings, new Postbag("https://ci"));
        outbox.announce();
        return outbox;
    }

    private void configure(String type, String config, boolean enabled) {
        NotificationSettings settings = TargetReaderTest.settings(List.of());
        assertThat(database.<Optional<?>, RuntimeException>write(handle -> configs(settings)
                        .insert(
                                handle,
                                project,
                                NotificationType.named(type).orElseThrow(),
                                Json.MAPPER.readTree(config),
                                enabled)))
                .isPresent();
    }

    /** Kind and status of what is due, in its order; it is delivered. */
    private List<String> delivered(Outbox outbox) {
        while (outbox.empty()) {
            assertThat(outbox.isEmpty()).isTrue();
        }
        List<Delivery> taken = tasks.take(100, 100, Duration.ofMinutes(1));
        taken.forEach(one -> tasks.ended(one, new dev.trivet.notify.Outcome.Delivered(null, Duration.ZERO)));
        return taken.stream()
                .map(one ->
                        one.kind() + " " + one.payload().at("/event/job_name").asString() + " "
                                + one.payload().at("/event/status").asString())
                .sorted()
                .toList();
    }

    @Test
    void whereNobodyWantsToKnowNothingIsWritten() {
        Outbox outbox = outbox();
        UUID build = build("a", "pending", false);
        to(build, "running");
        to(build, "failed");
        assertThat(news()).isZero();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void whoWantsToKnowTheEndIsNotToldOfTheWay() {
        Outbox outbox = outbox(HOOK, CHAT);
        UUID build = build("a", "pending", false);
        to(build, "running");
        assertThat(news()).isZero();
        to(build, "succeeded");
        assertThat(delivered(outbox)).containsExactly("webhook a succeeded");
        to(build, "cancelled");
        assertThat(delivered(outbox)).containsExactly("webhook a cancelled");
        to(build, "cached_failure");
        assertThat(delivered(outbox)).containsExactly("slack a cached_failure", "webhook a cached_failure");
    }

    @Test
    void aStatusFollowsTheBuild() {
        Outbox outbox = outbox(GITHUB);
        UUID build = build("a", "pending", false);
        assertThat(delivered(outbox)).containsExactly("github_status a pending");
        to(build, "running");
        assertThat(delivered(outbox)).containsExactly("github_status a running");
        to(build, "succeeded");
        assertThat(delivered(outbox)).containsExactly("github_status a succeeded");
        to(build, "pending");
        to(build, "running");
        to(build, "failed");
        assertThat(delivered(outbox)).as("only the last word counts").containsExactly("github_status a failed");
        assertThat(delivered(outbox)).isEmpty();
    }

    @Test
    void howeverBuildsAreMadeAndEndTheyAreTold() {
        Outbox outbox = outbox(GITHUB, HOOK);
        sql("insert into circus.builds (evaluation_id, job_name, drv_path, status, is_aggregate) select '" + evaluation
                + "', s, '/nix/store/x.drv', s, s = 'pending' from unnest(array['pending', 'succeeded', 'cached_failure',"
                + " 'unsupported_system', 'dependency_failed']) s");
        assertThat(delivered(outbox))
                .containsExactly(
                        "github_status cached_failure cached_failure",
                        "github_status dependency_failed dependency_failed",
                        "github_status succeeded succeeded",
                        "github_status unsupported_system unsupported_system",
                        "webhook cached_failure cached_failure",
                        "webhook dependency_failed dependency_failed",
                        "webhook succeeded succeeded",
                        "webhook unsupported_system unsupported_system");
        sql("update circus.builds set status = 'succeeded' where job_name = 'pending'");
        assertThat(delivered(outbox))
                .as("the aggregate")
                .containsExactly("github_status pending succeeded", "webhook pending succeeded");
    }

    @Test
    void whatOneTransactionTakesBackHasNotHappened() {
        Outbox outbox = outbox(GITHUB, HOOK);
        UUID build = build("a", "pending", false);
        to(build, "running");
        assertThat(delivered(outbox)).containsExactly("github_status a running");
        sql("update circus.builds set status = 'aborted' where id = '" + build + "';"
                + " update circus.builds set status = 'pending' where id = '" + build + "'");
        assertThat(delivered(outbox)).containsExactly("github_status a pending");
    }

    @Test
    void aProjectsOwnWayTakesThePlaceOfTheCommonOne() {
        Outbox outbox = outbox(HOOK, CHAT);
        configure("webhook", "{\"url\": \"https://own.example.org/x\", \"on_failure_only\": true}", true);
        configure("slack", "{\"webhook_url\": \"https://own.example.org/y\"}", false);
        configure("github_status", "{\"token\": \"own-t0ken\"}", true);
        UUID good = build("good", "pending", false);
        to(good, "succeeded");
        UUID bad = build("bad", "pending", false);
        to(bad, "failed");
        while (outbox.empty()) {
            assertThat(outbox.isEmpty()).isTrue();
        }
        List<Delivery> taken = tasks.take(100, 100, Duration.ofMinutes(1));
        assertThat(taken)
                .extracting(one ->
                        one.kind() + " " + one.payload().at("/event/job_name").asString())
                .containsExactlyInAnyOrder("github_status good", "github_status bad", "webhook bad");
        assertThat(taken).allSatisfy(one -> {
            assertThat(one.destination()).endsWith(" " + project);
            assertThat(one.payload().get("channel").asString()).isNotEqualTo("global");
            assertThat(one.payload().propertyNames())
                    .containsExactlyInAnyOrder("notification_type", "channel", "event");
        });
    }

    @Test
    void aRepositoryElsewhereGetsNoStatus() {
        sql("update circus.projects set repository_url = 'https://example.org/o/r'");
        Outbox outbox = outbox(GITHUB);
        UUID build = build("a", "pending", false);
        to(build, "succeeded");
        assertThat(delivered(outbox)).isEmpty();
        assertThat(news()).isZero();
    }

    @Test
    void aBuildThatIsGoneIsNotTold() {
        Outbox outbox = outbox(HOOK);
        UUID build = build("a", "succeeded", false);
        sql("delete from circus.builds where id = '" + build + "'");
        assertThat(delivered(outbox)).isEmpty();
        assertThat(news()).isZero();
    }

    @Test
    void noSecretIsInAnyTable() {
        Outbox outbox = outbox(GITHUB, HOOK, CHAT);
        configure(
                "webhook",
                "{\"url\": \"https://own.example.org/h1dden\", \"secret\": \"s3cret\", \"headers\": {\"X-Key\": \"k3y\"}}",
                true);
        configure("github_status", "{\"token\": \"own-t0ken\"}", true);
        UUID build = build("a", "pending", false);
        to(build, "failed");
        while (outbox.empty()) {
            assertThat(outbox.isEmpty()).isTrue();
        }
        String dump = database.<String, RuntimeException>read(
                handle -> handle.createQuery("""
                        select (select string_agg(t::text, '') from notify.task t)
                            || (select string_agg(c::text, '') from circus.notification_configs c)
                            || coalesce((select string_agg(d::text, '') from circus.notification_defaults d), '')
                        """).mapTo(String.class).one());
        assertThat(dump).contains("aesgcm:").doesNotContain("s3cret", "t0ken", "k3y", "h1dden", "h00k");
        String shown =
                configs(TargetReaderTest.settings(List.of())).list(project).toString();
        assertThat(shown)
                .contains("https://own.example.org/********")
                .doesNotContain("s3cret", "t0ken", "k3y", "h1dden", "aesgcm");
        // Whoever has another key sees nothing, and delivers nothing.
        var stranger = new ConfigStore(
                database,
                SecretBox.locked("another passphrase"),
                new TargetReader(TargetReaderTest.settings(List.of()), false));
        assertThat(stranger.list(project).toString()).contains("config={}");
    }

    @Test
    void whatIsDeclaredIsAllThereIs() {
        configure("slack", "{\"webhook_url\": \"https://own.example.org/y\"}", true);
        ConfigStore store = configs(TargetReaderTest.settings(List.of()));
        var declared = new ConfigStore.Declared(
                NotificationType.GITHUB_STATUS, Json.MAPPER.readTree("{\"token\": \"t\"}"), true);
        for (int start = 0; start < 2; start++) {
            String before = rows();
            database.<Boolean, RuntimeException>write(handle -> {
                store.declare(handle, project, List.of(declared));
                return true;
            });
            if (start > 0) {
                assertThat(rows()).as("nothing is written again").isEqualTo(before);
            }
        }
        assertThat(store.list(project))
                .singleElement()
                .satisfies(one -> assertThat(one.get("notification_type")).isEqualTo("github_status"));
    }

    private String rows() {
        return database.<String, RuntimeException>read(handle -> handle.createQuery(
                        "select coalesce(string_agg(c::text || c.xmin::text, ''), '') from circus.notification_configs c")
                .mapTo(String.class)
                .one());
    }
}
