package dev.trivet.nix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines for Nix' {@code --builders}. */
class BuilderLineTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGBxy4qmnXDUj2A+9ec+mGXJx8Z8GrKKeYXz6cK14Vbz";

    private static BuilderLine at(String uri) {
        return BuilderLine.of(uri, List.of("x86_64-linux"));
    }

    private static BuilderLine knownBy(String hostKey) {
        return new BuilderLine(
                "root@b",
                List.of("x86_64-linux", "i686-linux"),
                Optional.of("/etc/nix/key"),
                4,
                2,
                List.of("kvm", "big-parallel"),
                List.of("benchmark"),
                Optional.of(hostKey));
    }

    @Test
    void everyPartHasItsPlace() {
        String base64 = Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8));
        String line = "ssh-ng://root@b x86_64-linux,i686-linux /etc/nix/key 4 2 kvm,big-parallel benchmark " + base64;
        assertThat(knownBy(KEY + " root@b\n").line()).isEqualTo(line);
        assertThat(knownBy(base64).line()).isEqualTo(line);
        assertThat(BuilderLine.hasHostKey(line)).isTrue();
        assertThat(at("b").line()).isEqualTo("ssh-ng://b x86_64-linux - 1 1 - - -");
        assertThat(BuilderLine.hasHostKey(at("b").line())).isFalse();
    }

    @Test
    void anAddressKeepsItsScheme() {
        assertThat(at("root@b").uri()).isEqualTo("ssh-ng://root@b");
        assertThat(at("ssh://b").uri()).isEqualTo("ssh://b");
        assertThat(at("ssh-ng://u@b?remote-store=/x").uri()).isEqualTo("ssh-ng://u@b?remote-store=/x");
        assertThat(at("b?remote-store=/a b;c#d\ne").uri()).isEqualTo("ssh-ng://b?remote-store=/a%20b%3Bc%23d%0Ae");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ssh-ng://", "-oProxyCommand=x", "root@-oProxyCommand=x", "ssh://-x", "?a=b"})
    void anAddressHasAHost(String uri) {
        assertThatThrownBy(() -> at(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "a,b", "a#b", "-", "@/etc/passwd", "a\nb"})
    void wordsAreWords(String word) {
        assertThatThrownBy(() -> BuilderLine.of("b", List.of(word))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ssh-ed25519", "ssh-ed25519 ?", "@cert-authority * ssh-ed25519 AAAA"})
    void aHostKeyIsOne(String key) {
        assertThatThrownBy(() -> knownBy(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequestTakesOneMachineALine() {
        RealiseRequest request = RealiseRequest.of("/nix/store/x.drv");
        for (String line : List.of("@/etc/nix/machines", "a ; b", "a\nb")) {
            assertThatThrownBy(() -> request.on(List.of(line))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
