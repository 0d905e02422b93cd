package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pipelines from the command line, on a real server with a real sandbox and real git. */
@ExtendWith(LiveServer.Extension.class)
class PipelineCommandsTest {
    @TempDir
    Path folder;

    private Shell shell;

    @BeforeEach
    void enter(LiveServer server) throws Exception {
        shell = server.shell(folder);
    }

    private static String pipeline(String... commands) {
        StringBuilder steps = new StringBuilder();
        for (int number = 0; number < commands.length; number++) {
            steps.append(number == 0 ? "" : ",")
                    .append("{\"type\":\"command\",\"key\":\"s")
                    .append(number)
                    .append("\",\"cmd\":\"")
                    .append(commands[number])
                    .append("\"}");
        }
        return "{\"version\":\"0\",\"steps\":[" + steps + "]}";
    }

    @Test
    void whatGitKnowsAndDoesNotIgnoreIsBuilt() throws Exception {
        git("init", "-q");
        shell.file(".gitignore", "ignored\n");
        shell.file("ignored", "x");
        shell.file("new file", "new\n");
        Files.createDirectories(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("sub/link"), Path.of("../new file"));
        Path tool = shell.file("tool.sh", "#!/bin/sh\necho tool ran\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        shell.file("ci.json", pipeline("./tool.sh; cat sub/link; ls -A"));
        Shell.Said said = shell.say("submit", "-f", "ci.json");
        assertThat(said.code()).as(said.all()).isZero();
        assertThat(said.out())
                .contains("s0 │ tool ran", "s0 │ new", "s0 │ new file", "s0 │ .gitignore")
                .doesNotContain("ignored\ns0", "s0 │ .git\n");
    }

    @Test
    void aFailureIsShownAndReturned() throws Exception {
        shell.file("ci.json", pipeline("echo good", "echo the reason; exit 4"));
        Shell.Said said = shell.say("submit", "-f", "ci.json");
        assertThat(said.code()).as(said.all()).isEqualTo(1);
        assertThat(said.out()).contains("s1 │ failed with exit code 4").containsPattern("s1 +failed .* 4");
        assertThat(said.err()).contains("the end of s1", "    the reason");
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        shell.file("ci.json", pipeline("echo one"));
        Shell.Said said = shell.say("submit", "-f", "--json", "ci.json");
        List<JsonNode> lines =
                said.out().lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines.getFirst().path("line").asString()).isEqualTo("one");
        assertThat(lines.getLast().path("state").asString()).isEqualTo("passed");
    }

    @Test
    void withoutFollowingItsAddressIsTold() throws Exception {
        shell.file("ci.json", pipeline("true"));
        Shell.Said said = shell.say("submit", "ci.json");
        assertThat(said.out())
                .containsPattern("^http://127.0.0.1:[0-9]+/[a-z0-9-]+/pipelines/[a-z0-9-]+/builds/[0-9]+\n$");
    }

    @Test
    void aPlanIsShownOrRejected() throws IOException {
        Files.createDirectories(folder.resolve(".hm"));
        shell.file(".hm/ci.json", pipeline("true", "false"));
        assertThat(shell.say("render").out()).contains("s0", "s1");
        assertThat(shell.say("render", "--format", "dot").out()).startsWith("digraph");
        Shell.Said rejected = shell.type("{\"version\":\"7\",\"steps\":[]}", "render", "-");
        assertThat(rejected.code()).isEqualTo(7);
        assertThat(rejected.err()).contains("bad_version");
        shell.file(".hm/other.json", pipeline("true"));
        assertThat(shell.say("render").err()).contains("2 JSON files");
        assertThat(shell.say("render", "nothing.json").code()).isEqualTo(2);
        assertThat(shell.say("submit", "nothing.json").code()).isEqualTo(2);
    }

    @Test
    void aTreeThatIsTooLargeNamesItsLargestFiles() throws IOException {
        byte[] noise = new byte[17 << 20];
        new java.util.Random(1).nextBytes(noise);
        Files.write(folder.resolve("noise.bin"), noise);
        shell.file("ci.json", pipeline("true"));
        Shell.Said said = shell.say("submit", "ci.json");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("16 MiB", "noise.bin (17408 KiB)");
    }

    private void git(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
