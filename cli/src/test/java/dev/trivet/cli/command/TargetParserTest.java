package dev.trivet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.CommandException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetParserTest {
    private static final URI SERVER = URI.create("http://127.0.0.1:8080");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "42",
                "#42",
                " 42 ",
                "job/42",
                "~alice/job/42",
                "/~alice/job/42#task-build",
                "builds.example.org/~alice/job/42",
                "http://127.0.0.1:8080/~alice/job/42",
                "http://localhost:8080/~alice/job/42/#x"
            })
    void namesTheJobOfAManifest(String text) throws CommandException {
        assertThat(Target.parse(text, SERVER)).isEqualTo(new Target.Manifest(42));
    }

    @ParameterizedTest
    @CsvSource({
        "acme/web/7,",
        "acme/web/7/unit, unit",
        "acme/web/7/a/b, a/b",
        "acme/web/7/a#b, a#b",
        "http://127.0.0.1:8080/acme/pipelines/web/builds/7,",
        "http://127.0.0.1:8080/acme/pipelines/web/builds/7/,",
        "http://LOCALHOST:8080/acme/pipelines/web/builds/7?state=failed#jobs,",
        "http://127.0.0.1:8080/acme/pipelines/web/builds/7/jobs/unit, unit",
        "http://127.0.0.1:8080/acme/pipelines/web/builds/7/jobs/unit#step-1-3, unit",
        "http://127.0.0.1:8080/acme/pipelines/web/builds/7/jobs/a/b%20c+d, a/b c+d",
        "http://127.0.0.1:8080/acme/pipelines/web/builds/7/jobs/x/pipelines/y/builds/8, x/pipelines/y/builds/8"
    })
    void namesABuildOrAJobOfIt(String text, @Nullable String job) throws CommandException {
        assertThat(Target.parse(text, SERVER))
                .isEqualTo(new Target.Pipeline(
                        new NamedBuild(new BuildAddress("acme", "web", 7), Optional.ofNullable(job))));
    }

    @Test
    void anOrganizationMayHaveAPipelineThatIsCalledJob() throws CommandException {
        assertThat(Target.parse("acme/job/7", SERVER))
                .isEqualTo(new Target.Pipeline(new NamedBuild(new BuildAddress("acme", "job", 7), Optional.empty())));
    }

    @Test
    void aServerMayStandBelowAPath() throws CommandException {
        assertThat(Target.parse(
                        "https://example.org:443/ci/acme/pipelines/web/builds/7",
                        URI.create("https://example.org/ci/")))
                .isInstanceOf(Target.Pipeline.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://elsewhere.example/acme/pipelines/web/builds/7",
                "https://127.0.0.1:8080/acme/pipelines/web/builds/7",
                "http://127.0.0.1:8081/~alice/job/42"
            })
    void aPageOfAnotherServerIsRefused(String text) {
        assertThatThrownBy(() -> Target.parse(text, SERVER))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
                .hasMessageContainingAll(text, "another server", "--server");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "acme/web",
                "acme/web/",
                "acme/web/x",
                "acme/web/1234567890",
                "acme/../7",
                "a b/web/7",
                "http://127.0.0.1:8080/",
                "http://127.0.0.1:8080/acme/pipelines/web/builds/7%",
                "http://127.0.0.1:8080/acme/pipelines/web/builds/7?job=3",
                "99999999999999999999"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Target.parse(text, SERVER))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
                .hasMessageContaining("'" + text + "' names");
    }
}
