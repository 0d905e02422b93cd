package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody's own PostgreSQL, given by URL: the machine's version 15 where it is installed, else one more of ours. */
class ExternalPostgresTest {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql/15");

    @RegisterExtension
    static final TestDatabase embedded = TestDatabase.with(TestSets.TRACKER, TestSets.WIKI);

    private final List<MigrationSet> sets = List.of(TestSets.TRACKER, TestSets.WIKI);
    private final Backup backup = new Backup(sets, InstantSource.system());

    @Test
    void rowsMoveToAnotherPostgresAndBack() throws Exception {
        embedded.database()
                .write(handle ->
                        handle.execute("INSERT INTO project (name) SELECT 'p' || i FROM generate_series(1, 1000) i"));
        try (External external = External.start();
                Database theirs = Database.connect(external.config())) {
            assertThat(backup.restore(archive(embedded.database()), theirs)).isEqualTo(1001);
            new Migrations(sets).migrate(theirs);
            theirs.write(handle -> handle.execute("DELETE FROM project WHERE name = 'p7'"));

            Database back = embedded.another();
            back.write(handle -> handle.execute("TRUNCATE project CASCADE"));
            assertThat(backup.restore(archive(theirs), back)).isEqualTo(1000);
        }
    }

    private ByteArrayInputStream archive(Database source) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        backup.backup(source, archive);
        return new ByteArrayInputStream(archive.toByteArray());
    }

    /** Version 15 knows neither our locale provider nor --set, so it is made here by hand. */
    private record External(AutoCloseable process, DatabaseConfig config) implements AutoCloseable {

        static External start() throws IOException {
            if (!Files.isExecutable(DEBIAN.resolve("bin/initdb"))) {
                TestCluster cluster = new TestCluster();
                return new External(cluster, cluster.config());
            }
            Path data = TestFiles.directory();
            PasswordFile password = new PasswordFile(data.resolve("postgres.password"));
            String secret = password.create();
            Path directory = Files.createDirectory(data.resolve("postgres"));
            Path secretFile = data.resolve("pw");
            PasswordFile.write(secretFile, secret);
            // Debian's programs lie where everybody can reach them.
            Privileges privileges = Privileges.detect(data.resolve("none"));
            Process initdb = new ProcessBuilder(privileges.wrap(List.of(
                            DEBIAN.resolve("bin/initdb").toString(),
                            "--pgdata=" + directory,
                            "--username=" + Cluster.USER,
                            "--auth=scram-sha-256",
                            "--pwfile=" + secretFile,
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-sync")))
                    .redirectErrorStream(true)
                    .redirectOutput(TestFiles.logOf(data).redirect())
                    .start();
            initdb.onExit().join();
            assertThat(initdb.exitValue()).isZero();
            Cluster cluster = new Cluster(
                    data, PostgresPrograms.installed(DEBIAN, "15"), TestFiles.logOf(data), Map.of("fsync", "off"));
            int port = LoopbackPort.choose();
            cluster.start(port);
            String url =
                    "postgresql://" + Cluster.USER + ":" + secret + "@127.0.0.1:" + port + "/postgres?sslmode=disable";
            return new External(
                    () -> {
                        cluster.processes().kill();
                        PostgresPrograms.delete(data);
                    },
                    DatabaseConfig.ofUrl(url, 4));
        }

        @Override
        public void close() throws Exception {
            process.close();
        }
    }
}
