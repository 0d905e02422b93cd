package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher is shell, and so are its tests: src/test/sh/launcher.sh, run here with each shell it must work in. */
class LauncherTest {
    private static final Path ROOT =
            Path.of(System.getProperty("trivet.root", "..")).toAbsolutePath();

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"dash", "busybox sh", "bash"})
    void launcherWorksIn(String shell) throws IOException, InterruptedException {
        var out = work.resolve("report");
        var command = new ArrayList<>(
                List.of("sh", ROOT.resolve("cli/src/test/sh/launcher.sh").toString()));
        command.addAll(List.of(
                ROOT.toString(), Files.createDirectory(work.resolve("w")).toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("SHELL_UNDER_TEST", shell);
        var process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("finished in time")
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        assertThat(Files.readAllLines(out)).hasSize(18).allMatch(line -> line.startsWith("ok: "));
    }
}
