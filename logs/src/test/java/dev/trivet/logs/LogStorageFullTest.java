package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real full disk: a tmpfs of 4 MiB in a mount namespace of its own, which an ordinary user may make, too. */
@Timeout(60)
class LogStorageFullTest {
    @TempDir
    Path disk;

    @Test
    void fullDiskIsNamedLosesNothingAndIsOverWhenThereIsRoom() throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of(
                "sh", "-c", "mount -t tmpfs -o size=4m none \"$1\" && shift && exec \"$@\"", "sh", disk.toString()));
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FullDiskProcess.class.getName(),
                disk.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines().filter(line -> !line.startsWith("WARN") && !line.startsWith("\tat")))
                .as(output)
                .contains("full", "went on", "really full", "closed");
    }
}
