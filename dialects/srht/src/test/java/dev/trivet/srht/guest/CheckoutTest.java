package dev.trivet.srht.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.srht.manifest.SourceUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        Checkout hostile = Checkout.of(SourceUrl.parse("--upload-pack=touch pwned"));
        assertThat(run(hostile.commands().getFirst()).exit()).isNotZero();
        assertThat(Files.exists(home.resolve("pwned"))).isFalse();
    }

    @Test
    void anUnknownRefFails() throws Exception {
        Checkout checkout = Checkout.of(SourceUrl.parse(source("#nowhere")));

        assertThat(run(checkout.commands().get(0)).exit()).isZero();
        assertThat(run(checkout.commands().get(1)).exit()).isNotZero();
    }

    @Test
    void mercurialIsClonedAndUpdated() {
        List<Checkout.Step> steps =
                Checkout.of(SourceUrl.parse("dir::hg+https://h/repo#stable")).commands();

        assertThat(steps).hasSize(2);
        assertThat(steps.get(0).arguments()).startsWith("hg", "clone").endsWith("--", "https://h/repo", "dir");
        assertThat(steps.get(1)).isEqualTo(new Checkout.Step(List.of("hg", "update", "-y", "--", "stable"), "dir"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"svn+https://h/repo", "https://h/repo#--orphan"})
    void whatCannotBeClonedIsAProblemOfTheJob(String text) {
        SourceUrl source = SourceUrl.parse(text);

        assertThat(Checkout.problem(source))
                .hasValueSatisfying(problem -> assertThat(problem).contains(text));
        assertThatThrownBy(() -> Checkout.of(source)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostKeysAreNotChecked() {
        assertThat(Checkout.ENVIRONMENT.get("GIT_SSH_COMMAND")).contains("StrictHostKeyChecking=no");
    }

    private String source(String ref) {
        return "file://" + home + "/srv/lib" + ref;
    }

    private void check(String source) throws Exception {
        for (Checkout.Step step : Checkout.of(SourceUrl.parse(source)).commands()) {
            Bash.Result result = run(step);
            assertThat(result.exit()).as("%s: %s", step, result.output()).isZero();
        }
    }

    private Bash.Result run(Checkout.Step step) throws Exception {
        return bash.run(step.directory(), Checkout.ENVIRONMENT, step.arguments());
    }

    private String sh(String script) throws Exception {
        Bash.Result result = bash.run("", Map.of(), List.of("bash", "-ec", script));
        assertThat(result.exit()).as(result.output()).isZero();
        return result.output();
    }
}
