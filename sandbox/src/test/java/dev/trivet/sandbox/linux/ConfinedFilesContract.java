package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Links and names that would lead out of a sandbox lead to its own files. */
interface ConfinedFilesContract {
    Rig rig();

    @Test
    default void followsNoLinkOutOfTheSandbox() throws Exception {
        var canary = Files.createTempFile(Path.of("/tmp"), "canary", ".txt");
        Files.writeString(canary, "host");
        try (var sandbox = rig().open()) {
            Rig.say(
                    sandbox,
                    "cd /home/build; ln -s " + canary + " abs; ln -s ../../../../../.." + canary
                            + " rel; ln -s /tmp out; ln -s /proc/1/root" + canary + " magic");
            for (var name :
                    new String[] {"abs", "rel", "magic", "../../../../../.." + canary, "out/" + canary.getFileName()}) {
                FilesContract.refused(sandbox, "/home/build/" + name, Reason.NOT_FOUND);
            }
            Rig.say(sandbox, "echo inside >" + canary);
            try (var file = sandbox.readFile("/home/build/abs").content()) {
                assertThat(file.readAllBytes()).isEqualTo("inside\n".getBytes());
            }
            assertThat(canary).hasContent("host");
        } finally {
            Files.delete(canary);
        }
    }

    @Test
    default void writesNoFileOutOfTheSandbox() throws Exception {
        var target = Path.of("/tmp/escaped-" + ProcessHandle.current().pid());
        try (var sandbox = rig().open()) {
            Rig.say(sandbox, "ln -s /tmp /home/build/out");
            sandbox.putTar(
                    "/home/build/out",
                    new FilesContract.Tar().file(target.getFileName().toString(), 0644, "x").stream());
            try {
                sandbox.putTar(
                        "/home/build",
                        new FilesContract.Tar().file("../../../../../../../" + target, 0644, "x").stream());
            } catch (SandboxException e) {
                assertThat(e).hasMessageContaining("..");
            }
            try {
                sandbox.putTar(
                        "/home/build",
                        new FilesContract.Tar()
                                .link("l", "/tmp").file("l/" + target.getFileName(), 0644, "x").stream());
            } catch (SandboxException e) {
                assertThat(e).hasMessageContaining("/home/build");
            }
            assertThat(target).doesNotExist();
            assertThat(Rig.say(sandbox, "cat " + target)).isEqualTo("x");
        }
    }

    @Test
    default void keepsOwners() throws Exception {
        try (var sandbox = rig().open()) {
            sandbox.putTar("/srv/a", new FilesContract.Tar().file("f", 04755, 1000, new byte[0]).stream());
            assertThat(Rig.say(sandbox, "stat -c '%u:%g %a' /srv/a/f")).isEqualTo("1000:1000 4755\n");
        }
    }
}
