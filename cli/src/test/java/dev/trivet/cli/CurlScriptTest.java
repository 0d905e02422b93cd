package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client needs nothing but curl: src/test/sh/curl.sh. */
@ExtendWith(LiveServer.Extension.class)
class CurlScriptTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("trivet.root", "..")).resolve("cli/src/test/sh/curl.sh");

    @TempDir
    Path folder;

    @Test
    void submitsFollowsDownloadsAndCancels(LiveServer server) throws Exception {
        Path report = folder.resolve("report");
        var builder = new ProcessBuilder(
                "sh", SCRIPT.toAbsolutePath().toString(), server.address().toString());
        builder.environment().put("TRIVET_TOKEN", server.token());
        Process process = builder.directory(
                        Files.createDirectory(folder.resolve("work")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as(Files.readString(report))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(report)).isZero();
            assertThat(Files.readAllLines(report))
                    .containsSubsequence("job: success", "artifact: the result", "other job: cancelled");
            assertThat(folder.resolve("work/followed.log"))
                    .content()
                    .contains("line 1")
                    .contains("line 5");
        } finally {
            process.destroy();
        }
    }
}
