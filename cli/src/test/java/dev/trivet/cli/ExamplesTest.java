package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every example, through a real server and a real sandbox. */
@ExtendWith(LiveServer.Extension.class)
class ExamplesTest {
    private static final Path ROOT =
            Path.of(System.getProperty("trivet.root", "..")).toAbsolutePath();
    private static final Path EXAMPLES = ROOT.resolve("examples");

    @TempDir
    Path folder;

    /** The examples; what is expected of each. */
    enum Example {
        HELLO("hello.yml", 0, "Hello from job", "build"),
        FAILING_TASK("failing-task.yml", 1, "this does not", "task broken exited with 2"),
        ENVIRONMENT("environment.yml", 0, "building for with a space", "building for trivet"),
        ARTIFACTS("artifacts.yml", 0, "Uploading report.txt"),
        PACKAGES("packages.yml", 0, "42"),
        SOURCES("sources.yml", 0, "The first commit"),
        COMPLETE_BUILD("complete-build.yml", 0, "nothing to do"),
        PIPELINE("pipeline.json", 0, "hello from workspace", "failed softly with exit code 3", "greeting.tar.gz");

        private final String file;
        private final int code;
        private final List<String> log;

        Example(String file, int code, String... log) {
            this.file = file;
            this.code = code;
            this.log = List.of(log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsAsItSays(Example example, LiveServer server) throws Exception {
        Shell shell = server.shell(folder);
        Path manifest = EXAMPLES.resolve(example.file);
        if (example == Example.SOURCES) {
            String text = Files.readString(manifest);
            assertThat(text).contains("- trivet::.");
            manifest = shell.file("sources.yml", text.replace("- trivet::.", "- trivet::" + repository()));
        }
        Shell.Said said = shell.say("submit", "-f", manifest.toString());
        assertThat(said.code()).as(said.all()).isEqualTo(example.code);
        assertThat(said.out() + said.err()).contains(example.log).doesNotContain("never");
        if (example == Example.ARTIFACTS) {
            String id = said.err().replaceFirst("(?s)^#(\\d+) .*", "$1");
            assertThat(shell.say("artifacts", id, "--download", "out").code()).isZero();
            assertThat(folder.resolve("out/report.txt")).content().contains("UTC");
            assertThat(folder.resolve("out/numbers.tar.gz")).isNotEmptyFile();
        }
    }

    @Test
    void noExampleIsLeftOut() throws IOException {
        var expected =
                Arrays.stream(Example.values()).map(example -> example.file).toList();
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<String> there = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yml") || name.endsWith(".json"))
                    .toList();
            assertThat(there).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private Path repository() throws IOException, InterruptedException {
        Path repository =
                Files.createDirectories(folder.resolve("git/trivet/examples")).getParent();
        Files.copy(EXAMPLES.resolve("sources.yml"), repository.resolve("examples/sources.yml"));
        git(repository, "init", "-q");
        git(repository, "add", ".");
        git(
                repository,
                "-c",
                "user.name=Somebody",
                "-c",
                "user.email=somebody@example.org",
                "commit",
                "-q",
                "-m",
                "The first commit");
        return repository;
    }

    private static void git(Path repository, String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of("git", "-C", repository.toString()), Stream.of(arguments))
                .toList();
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as("%s", command)
                .isZero();
    }
}
