package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SourceHut's own client against the whole server (spec/srht.md section 4.4), with its exit codes. */
class HutTest {
    private static final String TOKEN = "trv_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    private static final Pattern JOB_URL = Pattern.compile("(http://\\S+)/~admin/job/(\\d+)");

    @TempDir
    static Path directory;

    private static TrivetServer server;
    private static Optional<Hut> found;
    private Hut hut;

    @BeforeAll
    static void start() throws Exception {
        server = TrivetServer.start(
                Settings.read(
                        Settings.Options.NONE,
                        Map.of(
                                "TRIVET_LISTEN",
                                "127.0.0.1:0",
                                "TRIVET_DATA",
                                directory.resolve("data").toString(),
                                "TRIVET_ADMIN_TOKEN",
                                TOKEN,
                                "TRIVET_SERVER_DRAIN_TIMEOUT",
                                "0s")),
                Clock.systemUTC());
        found = Hut.at(server.address(), TOKEN, Files.createDirectory(directory.resolve("client")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void needsTheProgram() {
        assumeThat(found)
                .as("hut is neither installed nor to be had from Debian's mirror")
                .isPresent();
        hut = found.orElseThrow();
    }

    @Test
    void aJobIsFollowedToItsEndAndShown() throws Exception {
        Path manifest = manifest("good.yml", "echo hello > out.txt; cat out.txt", "artifacts: [out.txt]");
        Hut.Ended submitted = hut.builds("submit", "-f", "-t", "one/two", "-n", "a note", manifest.toString());
        assertThat(submitted.code()).as(submitted.output()).isZero();
        assertThat(submitted.output()).contains("+ cat out.txt\nhello\n").contains("SUCCESS");
        String id = id(submitted);

        assertThat(hut.builds("show", id).output()).contains("#" + id + " - one/two: ", "SUCCESS", "a note");
        Hut.Ended artifacts = hut.builds("artifacts", id);
        assertThat(artifacts.code()).isZero();
        assertThat(artifacts.output()).contains("out.txt", "6 B", "/~admin/" + id + "/");
        assertThat(hut.builds("list").output()).contains("#" + id + " - one/two");
        assertThat(hut.builds("list", "admin").code()).isZero();
        assertThat(hut.builds("list", "nobody").code()).isNotZero();
    }

    @Test
    void aFailureIsToldByTheExitCodeAndShownWithItsLog() throws Exception {
        Path manifest = manifest("bad.yml", "echo the last words; exit 3", "");
        Hut.Ended submitted = hut.builds("submit", "-f", manifest.toString());
        assertThat(submitted.code()).isEqualTo(1);
        assertThat(submitted.output()).contains("the last words").contains("FAILED");

        Hut.Ended shown = hut.builds("show", id(submitted));
        assertThat(shown.code()).isZero();
        assertThat(shown.output()).contains("work log:", "+ exit 3");

        Hut.Ended again = hut.builds("resubmit", "-f", id(submitted));
        assertThat(again.code()).isEqualTo(1);
        assertThat(id(again)).isNotEqualTo(id(submitted));
        assertThat(hut.builds("show", id(again)).output()).contains("job/" + id(submitted));
    }

    @Test
    void aJobIsCancelled() throws Exception {
        Path manifest = manifest("long.yml", "sleep 300", "");
        String id = id(hut.builds("submit", manifest.toString()));
        Hut.Ended cancelled = hut.builds("cancel", id);
        assertThat(cancelled.code()).as(cancelled.output()).isZero();
        String _ = Eventually.await(
                "the job is cancelled",
                () -> Optional.of(output("show", id)).filter(shown -> shown.contains("CANCELLED")),
                () -> output("show", id));
        assertThat(hut.builds("cancel", id).code()).isNotZero();
    }

    @Test
    void aManifestThatIsWrongIsRefusedInWords() throws Exception {
        Path manifest = Files.writeString(directory.resolve("wrong.yml"), "tasks:\n- one: true\n");
        Hut.Ended refused = hut.builds("submit", manifest.toString());
        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("image is required");
    }

    private String output(String... arguments) throws Exception {
        return hut.builds(arguments).output();
    }

    private static Path manifest(String name, String script, String more) throws Exception {
        return Files.writeString(
                directory.resolve(name),
                "image: host\n" + more + "\ntasks:\n- work: |\n    " + script.replace("; ", "\n    ") + "\n");
    }

    private static String id(Hut.Ended submitted) {
        Matcher url = JOB_URL.matcher(submitted.output());
        assertThat(url.find()).as(submitted.output()).isTrue();
        return url.group(2);
    }
}
