package dev.trivet.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.linux.UserNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The userland of this machine, used as an image. */
class HostImageTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    Path data;

    private UserNamespace namespace;
    private ImageCatalogue catalogue;

    @BeforeEach
    void open() throws Exception {
        namespace = Room.namespace(data.resolve("ns"));
        catalogue = catalogue();
    }

    private ImageCatalogue catalogue() throws SandboxException {
        return new ImageCatalogue(
                data.resolve("images"),
                namespace::command,
                true,
                ImageCatalogue.OnMissing.REFUSE,
                InstantSource.system());
    }

    @AfterEach
    void removeAsRoot() throws Exception {
        new RootfsWriter(namespace::command).remove(data);
    }

    @Test
    void givesShellAndToolsAtOnce() throws Exception {
        Instant start = Instant.now();
        Image image = catalogue.resolve("host");
        Duration first = Duration.between(start, Instant.now());
        for (int i = 0; i < 5; i++) {
            start = Instant.now();
            assertThat(catalogue.resolve("host")).isEqualTo(image);
            System.out.println("host image: first " + first.toMillis() + " ms, again "
                    + Duration.between(start, Instant.now()).toMillis() + " ms");
        }
        var room = new Room(namespace, image, data.resolve("room"));
        assertThat(room.asBuild("/bin/bash", "-c", "id -un; cd; pwd; git --version; echo > ~/file; touch /tmp/x"))
                .satisfies(said -> {
                    assertThat(said.output()).startsWith("build\n/home/build\ngit version");
                    assertThat(said.code()).isZero();
                });
    }

    @Test
    void hidesWhatIsTheHosts() throws Exception {
        var room = new Room(namespace, catalogue.resolve("host"), data.resolve("room"));
        String tree = room.asRoot(
                        "/bin/sh",
                        "-c",
                        "ls -A / /root /home /etc/ssh /usr/local/bin /usr/local/etc /var/lib /opt /tmp; cat /etc/passwd /etc/machine-id /etc/hostname")
                .output();
        System.out.println(tree);
        assertThat(tree).doesNotContain("ssh_host").contains("build");
        assertThat(room.asRoot("/bin/sh", "-c", "ls -A /root /opt /home /usr/local/bin /usr/local/etc")
                        .output()
                        .lines())
                .containsExactlyInAnyOrder(
                        "/root:", "", "/opt:", "", "/home:", "build", "", "/usr/local/bin:", "", "/usr/local/etc:");
    }

    @Test
    void letsTheBuildAccountBecomeRoot() throws Exception {
        var room = new Room(namespace, catalogue.resolve("host"), data.resolve("room"));
        assertThat(room.asBuild("sudo", "-n", "id", "-u")).isEqualTo(new Room.Said(0, "0\n"));
    }

    @Test
    void installsPackages() throws Exception {
        ImageChoice choice = catalogue.resolve(new ImageRequest("host", null, true), line -> {});
        var room = new Room(namespace, choice.image(), data.resolve("room"));
        for (var command : choice.packageManager().install(List.of("tree"))) {
            var said = room.asRoot(command);
            System.out.println(said.output());
            assertThat(said.code()).as(said.output()).isZero();
        }
        assertThat(room.asBuild("tree", "--version").output()).startsWith("tree v");
        assertThat(Path.of("/usr/bin/tree")).doesNotExist();
    }
}
