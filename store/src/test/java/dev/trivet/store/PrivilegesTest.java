package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Who PostgreSQL runs as. What an ordinary user sees is the {@code Own} way of every other test; here is what root can do. */
@DisabledIfSystemProperty(
        named = "user.name",
        matches = "(?!root$).*",
        disabledReason = "only root can become somebody else")
class PrivilegesTest {

    private static final int NOBODY = 65534;

    private static Path place;
    private static Path programs;

    @BeforeAll
    static void programsThatNobodyCanRead() throws Exception {
        place = TestFiles.directory();
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        PostgresPrograms.unpacked(TestFiles.programs());
        programs = place.resolve("programs");
        TestFiles.copy(TestFiles.programs(), programs);
    }

    @AfterAll
    static void remove() throws Exception {
        PostgresPrograms.delete(place);
    }

    @Test
    void rootWithoutNamespacesRunsItUnderAnAccount() throws Exception {
        Path data = place(0, "account");
        Cluster cluster = new Cluster(
                data,
                PostgresPrograms.unpacked(programs),
                TestFiles.logOf(data),
                Map.of(),
                new Privileges.Account(NOBODY, NOBODY));
        cluster.prepare();
        assertThat(uid(data.resolve("postgres"))).isEqualTo(NOBODY);
        assertThat(uid(data.resolve("postgres.password"))).isZero();
        // Found again by its owner, without being told.
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, programs);
                Database database = Database.connect(postgres.config(1))) {
            assertThat(uid(Path.of("/proc", Long.toString(postgres.pid())))).isEqualTo(NOBODY);
            database.write(handle -> handle.execute("CREATE TABLE fine (id int)"));
        }
        assertThat(new ClusterProcesses(data.resolve("postgres")).living()).isEmpty();
    }

    @Test
    void ordinaryUserNeedsNoTrickAndRootCanTakeOver() throws Exception {
        Path data = place(NOBODY, "ordinary");
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");
        try (ServerProcess server = ServerProcess.start(nobody, readableClassPath(), data, programs)) {
            Waiting.until(Duration.ofSeconds(60), () -> {
                assertThat(server.lines()).noneMatch(line -> line.contains("Exception"));
                return server.acknowledged().size() > 10;
            });
            assertThat(server.lines()).contains("owner nobody");
            assertThat(server.stop()).isEqualTo(143);
        }
        assertThat(new ClusterProcesses(data.resolve("postgres")).living()).isEmpty();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, programs);
                Database database = Database.connect(postgres.config(1))) {
            assertThat(database.<Integer, RuntimeException>read(
                            handle -> handle.createQuery("SELECT count(*) FROM number")
                                    .mapTo(Integer.class)
                                    .one()))
                    .isGreaterThan(10);
        }
    }

    private static Path place(int uid, String name) throws Exception {
        Path data = Files.createDirectory(place.resolve(name));
        Files.setAttribute(data, "unix:uid", uid);
        return data;
    }

    private static int uid(Path path) throws Exception {
        return (int) Files.getAttribute(path, "unix:uid");
    }

    /** Maven's jars lie in root's home, where nobody may look. */
    private static String readableClassPath() throws Exception {
        List<String> readable = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.exists(Path.of(part))) {
                Path copy = place.resolve(
                        "classes" + readable.size() + Path.of(part).getFileName());
                TestFiles.copy(Path.of(part), copy);
                readable.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, readable);
    }
}
