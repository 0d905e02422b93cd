package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN.md section 4, invariant 4, with a real {@code kill -9} in the middle of appends. */
@Timeout(60)
class LogCrashTest {
    private static final int KILLS = 5;
    private static final LogKey KEY = new LogKey(77, 1);

    @TempDir
    Path directory;

    @Test
    void acknowledgedBytesSurviveKillsAndTheLogIsAPrefix() throws Exception {
        Random random = new Random();
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged = appendUntilKilled(random.nextInt(300), random.nextLong(), acknowledged);
            checkRaw(acknowledged);
        }
        try (LogFixture logs = new LogFixture(directory)) {
            LogStatus status = logs.store.status(KEY);
            assertThat(status.size()).isGreaterThanOrEqualTo(acknowledged);
            checkIndex(logs, status);
            logs.closeAndCompress(KEY);
            assertThat(logs.store.status(KEY).lines()).isEqualTo(status.lines());
            checkIndex(logs, status);
        }
    }

    /** Starts the process, lets it append for some rounds, kills it; answers what it acknowledged. */
    private long appendUntilKilled(int rounds, long seed, long before) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        directory.toString(),
                        Long.toString(KEY.jobId()),
                        Long.toString(seed)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long last = before;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            String line = "";
            for (int i = 0; i <= rounds; i++) {
                line = lines.readLine();
                assertThat(line).as("the process lives until it is killed").isNotNull();
            }
            // not destroyForcibly of the process: that would throw away what it has said
            process.toHandle().destroyForcibly();
            process.waitFor();
            // what it could still say counts, but for a line that the kill cut
            StringBuilder rest = new StringBuilder(line).append('\n');
            for (int c; (c = lines.read()) >= 0; ) {
                rest.append((char) c);
            }
            String whole = rest.substring(0, rest.lastIndexOf("\n"));
            last = Long.parseLong(whole.substring(whole.lastIndexOf('\n') + 1));
        }
        assertThat(last).isGreaterThan(before);
        return last;
    }

    private void checkRaw(long acknowledged) throws IOException {
        byte[] stored = Files.readAllBytes(directory.resolve("04d/77/1.log"));
        assertThat((long) stored.length).isGreaterThanOrEqualTo(acknowledged);
        for (int at = 0; at < stored.length; at++) {
            if (stored[at] != AppendingProcess.letter(at)) {
                throw new AssertionError("wrong byte at " + at + " of " + stored.length);
            }
        }
    }

    private static void checkIndex(LogFixture logs, LogStatus status) throws IOException {
        long newlines = 0;
        Random random = new Random(status.size());
        long next = random.nextInt(1000);
        for (long at = 0; at < status.size(); at++) {
            if (at == next) {
                assertThat(logs.store.lineAt(KEY, at)).isEqualTo(newlines);
                next = at + 1 + random.nextInt(200_000);
            }
            if (AppendingProcess.letter(at) == '\n') {
                newlines++;
            }
        }
        assertThat(status.lines()).isBetween(newlines, newlines + 1);
    }
}
