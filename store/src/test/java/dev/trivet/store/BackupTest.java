package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BackupTest {

    @RegisterExtension
    static final TestDatabase postgres = TestDatabase.with(TestSets.TRACKER, TestSets.WIKI);

    @RegisterExtension
    static final TestDatabase untouched = TestDatabase.empty();

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private final Backup backup = new Backup(List.of(TestSets.TRACKER, TestSets.WIKI), CLOCK);

    @Test
    void everythingComesBack() throws Exception {
        Database source = filled();
        byte[] archive = archive(source);
        Database target = untouched.another();

        assertThat(backup.restore(new ByteArrayInputStream(archive), target)).isEqualTo(6);

        for (String table : List.of("public.project", "public.attachment", "wiki.page")) {
            assertThat(rows(target, table)).isEqualTo(rows(source, table)).isNotEmpty();
        }
        // The next number is one that nobody has, although the last one given out before the backup was rolled back.
        assertThat(target.<Long, RuntimeException>write(
                        handle -> handle.createUpdate("INSERT INTO project (name) VALUES ('next')")
                                .executeAndReturnGeneratedKeys("id")
                                .mapTo(Long.class)
                                .one()))
                .isEqualTo(5);
        // Foreign keys hold again.
        assertThatThrownBy(() -> target.write(handle -> handle.execute("DELETE FROM project WHERE name = 'child'")))
                .hasMessageContaining("foreign key");
        new Migrations(List.of(TestSets.TRACKER, TestSets.WIKI)).migrate(target);
    }

    @Test
    void newerProgramMigratesTheRowsToo() throws Exception {
        byte[] archive = archive(filled());
        Database target = untouched.another();
        new Backup(List.of(TestSets.TRACKER_3, TestSets.WIKI), CLOCK)
                .restore(new ByteArrayInputStream(archive), target);
        assertThat(target.<List<String>, RuntimeException>read(
                        handle -> handle.createQuery("SELECT name FROM project WHERE loud")
                                .mapTo(String.class)
                                .list()))
                .containsExactly("LOUD\t\\N\n\"€");
    }

    @Test
    void olderProgramIsRefused() throws Exception {
        Database source = untouched.another();
        List<MigrationSet> newer = List.of(TestSets.TRACKER_3, TestSets.WIKI);
        new Migrations(newer).migrate(source);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new Backup(newer, CLOCK).backup(source, archive);

        Database target = untouched.another();
        assertThatThrownBy(() -> backup.restore(new ByteArrayInputStream(archive.toByteArray()), target))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("newer Trivet");
        assertThatThrownBy(() -> new Backup(List.of(TestSets.TRACKER_3), CLOCK)
                        .restore(new ByteArrayInputStream(archive.toByteArray()), untouched.another()))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("wiki");
    }

    @Test
    void databaseWithRowsIsRefused() throws Exception {
        byte[] archive = archive(filled());
        Database used = postgres.another();
        assertThatThrownBy(() -> backup.restore(new ByteArrayInputStream(archive), used))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("not empty")
                .hasMessageContaining("public.project");
        assertThat(rows(used, "project")).hasSize(1);
    }

    @Test
    void databaseWithoutTrivetIsNotBackedUp() {
        assertThatThrownBy(() -> archive(untouched.another()))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("no tables of Trivet");
    }

    @Test
    void damagedArchiveLeavesNoRow() throws Exception {
        byte[] archive = archive(filled());
        Database target = untouched.another();
        byte[] flipped = archive.clone();
        flipped[archive.length / 3] ^= 0x55;
        for (byte[] damaged : List.of(
                new byte[0],
                "no zip at all".getBytes(),
                Arrays.copyOf(archive, archive.length / 4),
                Arrays.copyOf(archive, archive.length / 2),
                flipped)) {
            assertThatThrownBy(() -> backup.restore(new ByteArrayInputStream(damaged), target))
                    .isInstanceOf(BackupException.class);
        }
        // And so the target is still good for the real one.
        target.write(handle -> handle.execute("TRUNCATE project CASCADE"));
        assertThat(backup.restore(new ByteArrayInputStream(archive), target)).isEqualTo(6);
    }

    @Test
    void snapshotIsOfOneMoment() throws Exception {
        Database source = postgres.another();
        AtomicBoolean over = new AtomicBoolean();
        Thread writer = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                source.write(handle -> {
                    long id = handle.createUpdate("INSERT INTO project (name) VALUES (gen_random_uuid()::text)")
                            .executeAndReturnGeneratedKeys("id")
                            .mapTo(Long.class)
                            .one();
                    return handle.execute("INSERT INTO wiki.page VALUES (?, ?, 'x')", id, id);
                });
            }
        });
        Waiting.until(Duration.ofSeconds(10), () -> rows(source, "project").size() > 20);
        byte[] archive = archive(source);
        over.set(true);
        writer.join();
        Database target = untouched.another();
        backup.restore(new ByteArrayInputStream(archive), target);
        assertThat(rows(target, "wiki.page")).hasSize(rows(target, "project").size() - 1);
    }

    @Test
    void ordinaryRoleRestoresToo() throws Exception {
        Database source = filled();
        Database owner = untouched.another();
        owner.write(handle -> handle.execute("CREATE ROLE ordinary LOGIN PASSWORD 'pw'"));
        owner.write(handle -> handle.execute("GRANT ALL ON SCHEMA public TO ordinary"));
        owner.write(handle -> handle.select("SELECT current_database()").mapTo(String.class).list().stream()
                .mapToInt(name -> handle.execute("GRANT ALL ON DATABASE " + name + " TO ordinary"))
                .sum());
        try (Database target =
                Database.connect(new DatabaseConfig(owner.config().url(), "ordinary", "pw", 2))) {
            assertThat(backup.restore(new ByteArrayInputStream(archive(source)), target))
                    .isEqualTo(6);
            assertThat(rows(target, "attachment")).isEqualTo(rows(source, "attachment"));
        }
    }

    @Test
    void archiveIsAnOrdinaryZip() throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive(filled())))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("manifest.json");
            assertThat(new String(zip.readAllBytes()))
                    .contains("\"format\":1", "\"created\":\"2026-03-01T12:00:00Z\"", "\"version\":\"2\"");
            assertThat(zip.getNextEntry().getName()).isEqualTo("tables/public.project.copy");
        }
    }

    private static Database filled() {
        Database source = postgres.another();
        source.write(handle -> {
            handle.execute("INSERT INTO project (name, parent) VALUES ('child', 1)");
            handle.execute("INSERT INTO project (name) VALUES (?)", "LOUD\t\\N\n\"€");
            handle.execute(
                    "INSERT INTO attachment (project, body, \"Odd \"\"name\", at) VALUES (2, ?, ?::jsonb, now()), (3, '', NULL, 'infinity')",
                    new byte[] {0, 1, 10, 92, -1},
                    "{\"a\": [1, null]}");
            return handle.execute("INSERT INTO wiki.page VALUES (1, 2, '')");
        });
        assertThatThrownBy(() -> source.write(handle -> {
                    handle.execute("INSERT INTO project (name) VALUES ('takes a number')");
                    throw new IOException("and gives it back");
                }))
                .isInstanceOf(IOException.class);
        return source;
    }

    private byte[] archive(Database source) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        backup.backup(source, archive);
        return archive.toByteArray();
    }

    private static List<String> rows(Database database, String table) {
        return database.read(handle -> handle.createQuery("SELECT t::text FROM " + table + " t ORDER BY 1")
                .mapTo(String.class)
                .list());
    }
}
