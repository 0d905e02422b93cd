package dev.trivet.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AptTest {
    private final Apt apt = new Apt();

    @Test
    void installsAllAtOnceAfterReadingTheRepositories() throws SandboxException {
        List<Command> commands =
                apt.install(List.of("jq", "g++", "libc6:i386", "git=1:2.39-1", "curl/bookworm-backports"));
        assertThat(commands).extracting(Command::user).containsOnly("root");
        assertThat(commands.getFirst().arguments()).containsExactly("apt-get", "--quiet", "update");
        assertThat(commands.getLast().arguments())
                .endsWith("install", "--", "jq", "g++", "libc6:i386", "git=1:2.39-1", "curl/bookworm-backports");
        assertThat(commands.getLast().environment()).containsEntry("DEBIAN_FRONTEND", "noninteractive");
        assertThat(apt.install(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o",
                "--allow-unauthenticated",
                "",
                " ",
                "a b",
                "./x.deb",
                "/tmp/x.deb",
                "jq;id",
                "jq-",
                "Jq",
                "$(id)",
                "jq\n-y",
                "~n",
                "?true",
                "jq^",
                "*"
            })
    void refusesWhatIsNoPackage(String name) {
        assertThatThrownBy(() -> apt.install(List.of("git", name)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("not the name of a Debian package");
    }

    @Test
    void addsRepositories() throws SandboxException {
        assertThat(apt.addRepository("x", "https://deb.example.org/debian bookworm main")
                        .getFirst()
                        .arguments())
                .endsWith(
                        "deb [trusted=yes] https://deb.example.org/debian bookworm main",
                        "/etc/apt/sources.list.d/x.list");
        List<Command> signed = apt.addRepository("y", "http://example.org/ sid contrib 0x1234ABCD");
        assertThat(signed.getFirst().arguments())
                .endsWith(
                        "https://keyserver.ubuntu.com/pks/lookup?op=get&options=mr&search=0x1234ABCD",
                        "/etc/apt/keyrings/y.asc",
                        "1234ABCD");
        assertThat(signed.getLast().arguments().get(4))
                .isEqualTo("deb [signed-by=/etc/apt/keyrings/y.asc] http://example.org/ sid contrib");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://x.org/ sid",
                "file:/x sid main",
                "https://x.org/ sid main xyz",
                "https://x.org/ sid main 12345678 more",
                "https://x.org/[trusted=yes] sid main",
                "https://x.org/ -o main",
                "https://x.org/ sid ;id"
            })
    void refusesOtherForms(String value) {
        assertThatThrownBy(() -> apt.addRepository("name", value))
                .hasMessageContaining("'URL DISTRO COMPONENT [KEYID]'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "", ".x", "a b"})
    void refusesNamesThatAreNoFileNames(String name) {
        assertThatThrownBy(() -> apt.addRepository(name, "https://x.org/ sid main"))
                .hasMessageContaining("name has letters");
    }

    @Test
    void explainsWhatWentWrong() {
        assertThat(apt.explain("E: Unable to locate package jqq\n"))
                .get()
                .asString()
                .contains("no package named jqq");
        assertThat(apt.explain("E: Package 'foo' has no installation candidate"))
                .get()
                .asString()
                .contains("foo");
        assertThat(apt.explain("E: Version '9' for 'jq' was not found"))
                .get()
                .asString()
                .contains("jq is not offered in version 9");
        assertThat(apt.explain("all is well")).isEmpty();
    }

    @Test
    void keyDependsOnContentNotOnOrder() {
        Image image = new Image("i", "d1", List.of(java.nio.file.Path.of("/x")));
        LayerKey key = LayerKey.of(image, List.of("a", "b"), Map.of("r", "v"));
        assertThat(LayerKey.of(image, List.of("b", "a", "a"), Map.of("r", "v"))).isEqualTo(key);
        assertThat(LayerKey.of(image, List.of("ab"), Map.of("r", "v"))).isNotEqualTo(key);
        assertThat(LayerKey.of(image, List.of("a", "b"), Map.of())).isNotEqualTo(key);
        assertThat(LayerKey.of(new Image("i", "d2", image.lowers()), List.of("a", "b"), Map.of("r", "v")))
                .isNotEqualTo(key);
        assertThat(key.value()).hasSize(64);
    }
}
