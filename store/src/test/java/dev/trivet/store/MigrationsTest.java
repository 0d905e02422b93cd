package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsTest {

    @RegisterExtension
    static final TestDatabase postgres = TestDatabase.empty();

    private static final List<MigrationSet> BOTH = List.of(TestSets.TRACKER, TestSets.WIKI);

    @Test
    void setsAreAppliedInTheirSchemasInOrder() {
        Database database = postgres.another();
        new Migrations(BOTH).migrate(database.config());
        assertThat(tables(database))
                .containsExactly(
                        "public.attachment",
                        "public.flyway_schema_history",
                        "public.project",
                        "trivet.migrated",
                        "wiki.flyway_schema_history",
                        "wiki.page");
    }

    @Test
    void upToDateDatabaseCostsOneQuery() {
        Database database = postgres.another();
        Migrations migrations = new Migrations(BOTH);
        migrations.migrate(database);
        Duration best = Duration.ofDays(1);
        for (int i = 0; i < 10; i++) {
            long begin = System.nanoTime();
            migrations.migrate(database);
            Duration spent = Duration.ofNanos(System.nanoTime() - begin);
            best = spent.compareTo(best) < 0 ? spent : best;
        }
        assertThat(best).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void newReleaseAddsWhatIsMissingAndTheOldOneIsRefusedThen() {
        Database database = postgres.another();
        Migrations old = new Migrations(BOTH);
        Migrations fresh = new Migrations(List.of(TestSets.TRACKER_3, TestSets.WIKI));
        old.migrate(database.config());
        fresh.migrate(database.config());
        assertThat(database.jdbi()
                        .<Boolean, RuntimeException>withHandle(handle -> handle.createQuery("SELECT loud FROM project")
                                .mapTo(Boolean.class)
                                .one()))
                .isFalse();
        assertThatThrownBy(() -> old.migrate(database.config()))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("newer Trivet");
        assertThatCode(() -> fresh.migrate(database.config())).doesNotThrowAnyException();
    }

    @Test
    void brokenMigrationLeavesNothingAndIsNamed() {
        Database database = postgres.another();
        Migrations migrations = new Migrations(List.of(TestSets.BROKEN));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> migrations.migrate(database.config()))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("V1__broken.sql")
                    .hasMessageContaining("nosuchtype");
            assertThat(tables(database)).doesNotContain("broken.fine", "trivet.migrated");
        }
    }

    @Test
    void databaseOfAnotherProgramIsRefused() {
        Database database = postgres.another();
        database.write(handle -> handle.execute("CREATE TABLE theirs (id int)"));
        assertThatThrownBy(() -> new Migrations(BOTH).migrate(database.config()))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("non-empty schema");
    }

    @Test
    void serversThatStartAtOnceDoNotHinderEachOther() throws Exception {
        Database database = postgres.another();
        try (ExecutorService servers =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(servers.submit(() -> new Migrations(BOTH).migrate(database.config())));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(database.jdbi()
                        .<Integer, RuntimeException>withHandle(
                                handle -> handle.createQuery("SELECT count(*) FROM project")
                                        .mapTo(Integer.class)
                                        .one()))
                .isEqualTo(1);
    }

    @Test
    void twoSetsInOneSchemaAreRefused() {
        assertThatThrownBy(() -> new Migrations(List.of(TestSets.TRACKER, TestSets.TRACKER_3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("public");
        assertThatThrownBy(() -> new MigrationSet("x\"; DROP", "a/b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> tables(Database database) {
        return database.jdbi()
                .<List<String>, RuntimeException>withHandle(
                        handle -> handle.createQuery("""
                        SELECT schemaname || '.' || tablename FROM pg_tables
                        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1""").mapTo(String.class).list());
    }
}
