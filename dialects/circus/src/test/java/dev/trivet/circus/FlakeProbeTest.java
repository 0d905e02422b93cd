package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.http.HttpException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe with a program in the place of Nix that does as it is told. */
class FlakeProbeTest {
    private static final String URL = "file:///nowhere";

    @TempDir
    Path directory;

    private FlakeProbe probe(String script, Duration timeout) throws Exception {
        Path program = directory.resolve("nix");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new FlakeProbe(new Validation(Set.of("file"), false), program.toString(), timeout);
    }

    private static int status(HttpException failure) {
        return failure.problem().status();
    }

    @Test
    void theReferenceIsTheLastArgumentAndTheEnvironmentIsItsOwn() throws Exception {
        Path seen = directory.resolve("seen");
        String script = "for a; do echo \"$a\"; done > '" + seen + "'; env >> '" + seen + "'; echo '{}'";
        assertThat(probe(script, Duration.ofSeconds(20)).probe(URL, "main").isFlake())
                .isTrue();
        assertThat(Files.readAllLines(seen))
                .containsSubsequence(
                        "flake", "show", "--json", "--no-write-lock-file", "--", "git+" + URL + "?ref=main")
                .anyMatch(line -> line.startsWith("NIX_STORE_DIR=/"))
                .noneMatch(line -> line.startsWith("JAVA_HOME="));
        Path store = Path.of(Files.readAllLines(seen).stream()
                .filter(line -> line.startsWith("NIX_STORE_DIR="))
                .findFirst()
                .orElseThrow()
                .substring("NIX_STORE_DIR=".length()));
        assertThat(store.getParent()).doesNotExist();
    }

    @Test
    void whatTakesTooLongIsEnded() throws Exception {
        FlakeProbe probe = probe("exec sleep 600", Duration.ofMillis(200));
        assertThatThrownBy(() -> probe.probe(URL, null))
                .isInstanceOfSatisfying(
                        HttpException.class,
                        failure -> assertThat(status(failure)).isEqualTo(408));
    }

    @Test
    void whatSaysTooMuchIsEnded() throws Exception {
        FlakeProbe probe = probe("exec cat /dev/zero", Duration.ofSeconds(60));
        assertThatThrownBy(() -> probe.probe(URL, null))
                .isInstanceOfSatisfying(
                        HttpException.class,
                        failure -> assertThat(status(failure)).isEqualTo(422))
                .hasMessageContaining("10 MiB");
    }

    @Test
    void whatIsNoJsonIsToldSo() throws Exception {
        FlakeProbe probe = probe("echo nonsense", Duration.ofSeconds(20));
        assertThatThrownBy(() -> probe.probe(URL, null)).hasMessageContaining("did not answer with JSON");
    }

    @Test
    void theErrorIsShownWithoutWhatCameBefore() throws Exception {
        FlakeProbe probe = probe(
                "printf 'evaluating\\n\\033[31;1merror:\\033[0m it is broken\\n' >&2; exit 1", Duration.ofSeconds(20));
        assertThatThrownBy(() -> probe.probe(URL, null)).hasMessageEndingWith("error: it is broken");
    }

    @Test
    void withoutNixItSaysWhatToInstall() {
        FlakeProbe probe =
                new FlakeProbe(new Validation(Set.of("file"), false), directory + "/no-nix", Duration.ofSeconds(20));
        assertThatThrownBy(() -> probe.probe(URL, null))
                .isInstanceOfSatisfying(HttpException.class, failure -> {
                    assertThat(status(failure)).isEqualTo(422);
                    assertThat(failure.problem().code()).isEqualTo("NIX_EVAL_ERROR");
                })
                .hasMessageContaining("apt install nix-bin");
    }

    @Test
    void namesThatLeadInsideAreNotAsked() throws Exception {
        FlakeProbe probe = probe("echo '{}'", Duration.ofSeconds(20));
        assertThatThrownBy(() -> probe.probe("https://localhost/x", null))
                .isInstanceOfSatisfying(
                        HttpException.class,
                        failure -> assertThat(status(failure)).isEqualTo(400));
        var open = new FlakeProbe(
                new Validation(Set.of("https"), true), directory.resolve("nix").toString(), Duration.ofSeconds(20));
        assertThat(open.probe("https://localhost/x", null).isFlake()).isTrue();
    }
}
