package dev.trivet.srht.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.srht.manifest.EnvironmentValue;
import dev.trivet.srht.manifest.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spec section 5.2, on a real bash. */
class TaskScriptTest {
    @TempDir
    Path home;

    @Test
    void echoesCommandsButNotTheEnvironment() throws Exception {
        assertThat(run("echo \"$GREETING\"")).isEqualTo(new Bash.Result(0, "+ echo 'hello there'\nhello there\n"));
    }

    @Test
    void theFirstFailingCommandEndsTheTaskWithItsCode() throws Exception {
        assertThat(run("sh -c 'exit 3'\necho never")).isEqualTo(new Bash.Result(3, "+ sh -c 'exit 3'\n"));
    }

    @Test
    void pipesAndUnsetVariablesAreNoFailures() throws Exception {
        assertThat(run("false | true\necho \"$UNSET\"").exit()).isZero();
    }

    @Test
    void anEmptyScriptSucceeds() throws Exception {
        assertThat(run("")).isEqualTo(new Bash.Result(0, ""));
    }

    @Test
    void completeBuildLeavesItsMarkAndEndsTheTaskWithSuccess() throws Exception {
        assertThat(run("complete-build\necho never").exit()).isZero();
        assertThat(BuildEnvironment.isComplete(Files.readString(home.resolve(BuildEnvironment.COMPLETE_BUILD_PATH))))
                .isTrue();
        assertThat(BuildEnvironment.isComplete("")).isFalse();
        assertThat(BuildEnvironment.isComplete("11\n")).isFalse();
    }

    @Test
    void completeBuildInASubshellMarksButGoesOn() throws Exception {
        assertThat(run("(complete-build)\necho on").output()).endsWith("+ echo on\non\n");
        assertThat(home.resolve(BuildEnvironment.COMPLETE_BUILD_PATH)).hasContent("1\n");
    }

    @Test
    void valuesForLaterTasksGoThroughBuildenv() throws Exception {
        run("echo 'LATER=value' >> ~/.buildenv");

        assertThat(again("echo \"$LATER\"").output()).endsWith("value\n");
    }

    @Test
    void acurlSendsTheTokenAndDoesNotShowIt() throws Exception {
        new Bash(home).write("bin/curl", "#!/bin/sh\nprintf '<%s>' \"$@\"; exit 7\n");
        Bash.Result result = run(
                "PATH=$HOME/bin:$PATH\nOAUTH2_TOKEN=sesame\nacurl -X POST https://example.org || echo $?\necho after");

        assertThat(result.output())
                .contains("<-H><Authorization: Bearer sesame><-X><POST><https://example.org>")
                .contains("+ echo 7\n", "+ echo after\n")
                .doesNotContain("+ curl");
    }

    @Test
    void standsBelowTheTasksDirectory() {
        assertThat(TaskScript.of(new Manifest.Task("build", "make")).path()).isEqualTo(".tasks/build");
    }

    private Bash.Result run(String script) throws Exception {
        var environment = Map.<String, EnvironmentValue>of("GREETING", new EnvironmentValue.Text("hello there"));
        new Bash(home).write(BuildEnvironment.PATH, BuildEnvironment.text(environment, Map.of()));
        return again(script);
    }

    private Bash.Result again(String script) throws Exception {
        TaskScript task = TaskScript.of(new Manifest.Task("t", script));
        var bash = new Bash(home);
        bash.write(task.path(), task.text());
        return bash.run(List.of(home.resolve(task.path()).toString()));
    }
}
