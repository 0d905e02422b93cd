package dev.trivet.nix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.nix.EvaluationLine.Failure;
import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.EvaluationRequest.Bounds;
import dev.trivet.nix.EvaluationRequest.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines and arguments of nix-eval-jobs (spec circus section 4.2); a shell script says what the program would. */
class EvalJobsTest {
    @TempDir
    Path directory;

    private final List<EvaluationLine> lines = new ArrayList<>();
    private Path drv;

    @BeforeEach
    void writeDerivation() throws IOException {
        directory = directory.toRealPath();
        drv = directory.resolve("x.drv");
        Files.writeString(directory.resolve("release.nix"), "{ }");
        Files.writeString(
                drv,
                "Derive([(\"out\",\"/nix/store/x\",\"\",\"\")],[(\"/nix/store/dep.drv\",[\"out\"])],[],"
                        + "\"x86_64-linux\",\"/bin/sh\",[],[(\"name\",\"x\"),(\"requiredSystemFeatures\",\"kvm\")])");
    }

    private Nix saying(String script) throws IOException {
        Path program = directory.resolve("nix-eval-jobs");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Nix(Path.of("/usr/bin"), "2.8.0", directory, Optional.of(program), Map.of("PATH", "/usr/bin:/bin"));
    }

    private EvaluationEnd evaluate(String script) throws Exception {
        return new EvalJobs(saying(script), Launcher.HOST)
                .evaluate(EvaluationRequest.of(directory, "release.nix"), lines::add);
    }

    @Test
    void linesAreJobsOrFailures() throws Exception {
        EvaluationEnd end =
                evaluate("cat <<'E'\n{\"attr\":\"a\",\"name\":\"x-1\",\"system\":\"x86_64-linux\",\"drvPath\":\""
                        + drv
                        + "\",\"outputs\":{\"out\":\"/nix/store/x\"},\"constituents\":[]}\n\nno json\n{\"error\":\"nameless\"}\n"
                        + "{\"attr\":\"b\",\"error\":\"\\u001b[31merror:\\u001b[0m broken\"}\n"
                        + "{\"name\":\"only-name\",\"drvPath\":\"" + drv + "\",\"constituents\":[\"a\"]}\nE\n");
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(2, 1));
        assertThat(lines).extracting(EvaluationLine::attr).containsExactly("a", "b", "only-name");
        Job a = (Job) lines.getFirst();
        assertThat(a.inputDerivations()).containsExactly("/nix/store/dep.drv");
        assertThat(a.requiredFeatures()).containsExactly("kvm");
        assertThat(a.aggregate()).isFalse();
        assertThat(lines.get(1)).isEqualTo(new Failure("b", "error: broken"));
        assertThat(((Job) lines.get(2)).aggregate()).isTrue();
    }

    @Test
    void aFailureHasTheEndOfWhatWasSaid() throws Exception {
        EvaluationEnd end = evaluate("for i in $(seq 100); do echo line $i >&2; done; exit 1");
        assertThat(end).isInstanceOf(EvaluationEnd.Failed.class);
        assertThat(end.toString()).contains("line 100", "line 61").doesNotContain("line 60\n");
    }

    @Test
    void itsTimeIsBoundedAndItCanBeCanceled() throws Exception {
        var request = new EvaluationRequest(
                directory,
                "",
                false,
                "release.nix",
                List.of(),
                true,
                false,
                new Bounds(Duration.ofMillis(300), Duration.ofSeconds(1), 4L << 30, 1 << 20));
        assertThat(new EvalJobs(saying("exec sleep 60"), Launcher.HOST).evaluate(request, lines::add))
                .isEqualTo(new EvaluationEnd.TimedOut(Duration.ofMillis(300)));
        var canceled = new EvalJobs(saying("exec sleep 60"), Launcher.HOST);
        canceled.cancel();
        assertThat(canceled.evaluate(EvaluationRequest.of(directory, "release.nix"), lines::add))
                .isEqualTo(new EvaluationEnd.Canceled());
    }

    @Test
    void argumentsAreThoseOfTheContract() throws Exception {
        Nix nix = saying("");
        var legacy = new EvaluationRequest(
                directory,
                "",
                false,
                "release.nix",
                List.of(
                        new Input("v", Input.Type.STRING, "--x"),
                        new Input("fast", Input.Type.BOOLEAN, "false"),
                        new Input("tree", Input.Type.GIT, "https://example.org")),
                true,
                false,
                Bounds.USUAL);
        assertThat(EvalJobs.command(nix, legacy).subList(1, 17))
                .containsExactly(
                        directory.resolve("release.nix").toString(),
                        "--force-recurse",
                        "--meta",
                        "--argstr",
                        "v",
                        "--x",
                        "--arg",
                        "fast",
                        "false",
                        "--argstr",
                        "tree",
                        "https://example.org",
                        "--option",
                        "restrict-eval",
                        "true",
                        "--option");
        var flake = new EvaluationRequest(
                Path.of("/checkout"),
                "",
                true,
                ".#checks",
                List.of(new Input("nixpkgs", Input.Type.GIT, "github:x/y")),
                true,
                true,
                Bounds.USUAL);
        assertThat(EvalJobs.command(nix, flake))
                .containsSequence("--flake", "/checkout#checks")
                .containsSequence("--override-input", "nixpkgs", "github:x/y")
                .containsSequence("allow-import-from-derivation", "true");
    }

    @Test
    void derivationsAreReadWhole() {
        Derivation derivation =
                Derivation.parse("Derive([(\"out\",\"/s/a\",\"r:sha256\",\"abc\")],[],[\"/s/src\"],\"s\","
                        + "\"/b\",[\"-c\",\"echo \\\"x\\\\n\\n\"],[(\"a\",\"b\\tc\")])");
        assertThat(derivation.fixedHash()).contains("abc");
        assertThat(derivation.arguments()).containsExactly("-c", "echo \"x\\n\n");
        assertThat(derivation.environment()).containsEntry("a", "b\tc");
        assertThat(derivation.inputSources()).containsExactly("/s/src");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Derivation.parse("Derive([(\"out\""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a derivation");
    }
}
