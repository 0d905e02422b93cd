package dev.trivet.srht.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.srht.manifest.SourceUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec section 2.1 steps 5 to 7, with a real git. */
class CheckoutTest {
    @TempDir
    Path home;

    private Bash bash;

    @BeforeEach
    void makeRepositories() throws Exception {
        bash = new Bash(home);
        sh("""
                git config --global user.name t; git config --global user.email t@example.org
                git config --global init.defaultBranch main; git config --global protocol.file.allow always
                git init -q srv/part && cd srv/part && echo part > part.txt && git add . && git commit -qm part
                cd ~ && git init -q srv/lib && cd srv/lib && echo one > file && git add . && git commit -qm one && git tag v1
                git submodule add -q "$HOME/srv/part" sub && echo two > file && echo x > topic && git add . && git commit -qm two
                git checkout -qb topic && echo three > file && git commit -qam three && git checkout -q main
                """);
    }

    @Test
    void clonesTheWholeHistoryWithSubmodules() throws Exception {
        check(source(""));

        assertThat(home.resolve("lib/file")).hasContent("two");
        assertThat(home.resolve("lib/sub/part.txt")).hasContent("part");
        assertThat(sh("git -C lib rev-list --count HEAD")).isEqualTo("2\n");
    }

    @Test
    void checksOutTagsBranchesAndCommits() throws Exception {
        check("tag::" + source("#v1"));
        check("branch::" + source("#topic"));
        check("commit::" + source("#" + sh("git -C srv/lib rev-parse v1").strip()));

        assertThat(home.resolve("tag/file")).hasContent("one");
        assertThat(home.resolve("branch/file"))
                .as("the file of the same name does not matter")
                .hasContent("three");
        assertThat(home.resolve("commit/file")).hasContent("one");
    }

    @Test
    void directoriesAndUrlsAreNeverOptions() throws Exception {
        check("--bare::" + source(""));

        assertThat(home.resolve("--bare/file")).hasContent("two");
        var hostile = Checkout.commands(SourceUrl.parse("--upload-pack=touch pwned"));
        assertThat(bash.run(hostile.getFirst()).exit()).isNotZero();
        assertThat(Files.exists(home.resolve("pwned"))).isFalse();
    }

    @Test
    void anUnknownRefFails() throws Exception {
        var commands = Checkout.commands(SourceUrl.parse(source("#nowhere")));

        assertThat(bash.run(commands.get(0)).exit()).isZero();
        assertThat(bash.run(commands.get(1)).exit()).isNotZero();
    }

    @Test
    void mercurialIsClonedAndUpdated() {
        var commands = Checkout.commands(SourceUrl.parse("dir::hg+https://h/repo#stable"));

        assertThat(commands).hasSize(2);
        assertThat(commands.get(0)).startsWith("hg", "clone").endsWith("--", "https://h/repo", "dir");
        assertThat(commands.get(1)).isEqualTo(List.of("hg", "--cwd", "dir", "update", "-y", "--", "stable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"svn+https://h/repo", "https://h/repo#--orphan"})
    void whatCannotBeClonedIsAProblemOfTheJob(String text) {
        SourceUrl source = SourceUrl.parse(text);

        assertThat(Checkout.problem(source))
                .hasValueSatisfying(problem -> assertThat(problem).contains(text));
        assertThatThrownBy(() -> Checkout.commands(source)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostKeysAreNotCheckedAndNobodyIsAsked() {
        assertThat(Checkout.commands(SourceUrl.parse("git@h:~u/repo")))
                .allSatisfy(command -> assertThat(command)
                        .contains("GIT_TERMINAL_PROMPT=0")
                        .anySatisfy(word ->
                                assertThat(word).startsWith("GIT_SSH_COMMAND=ssh -o StrictHostKeyChecking=no")));
    }

    private String source(String ref) {
        return "file://" + home + "/srv/lib" + ref;
    }

    private void check(String source) throws Exception {
        for (List<String> command : Checkout.commands(SourceUrl.parse(source))) {
            Bash.Result result = bash.run(command);
            assertThat(result.exit()).as("%s: %s", command, result.output()).isZero();
        }
    }

    private String sh(String script) throws Exception {
        Bash.Result result = bash.run(List.of("bash", "-ec", script));
        assertThat(result.exit()).as(result.output()).isZero();
        return result.output();
    }
}
