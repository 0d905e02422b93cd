package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** Files in and out. */
interface FilesContract {
    Rig rig();

    @Test
    default void unpacksModesAndLinks() throws Exception {
        try (var sandbox = rig().open()) {
            var tar = new Tar()
                    .file("bin/run", 0750, "#!/bin/sh\necho ran\n")
                    .file("secret", 0600, "s")
                    .link("to", "secret");
            sandbox.putTar("/home/build/deep/er", tar.stream());
            var home = sandbox.path("/home/build/deep/er");
            assertThat(Rig.say(sandbox, "cd " + home + "; stat -c %a bin/run secret; readlink to; bin/run"))
                    .isEqualTo("750\n600\nsecret\nran\n");
            try (var file = sandbox.readFile("/home/build/deep/er/to").content()) {
                assertThat(file.readAllBytes()).isEqualTo(new byte[] {'s'});
            }
        }
    }

    @Test
    default void readsLargeAndEmptyFiles() throws Exception {
        try (var sandbox = rig().open()) {
            var bytes = new byte[3_000_001];
            Arrays.fill(bytes, (byte) 0xff);
            sandbox.putTar("/tmp", new Tar().file("large", 0644, bytes).file("empty", 0644, "").stream());
            var large = sandbox.readFile("/tmp/large");
            assertThat(large.size()).isEqualTo(bytes.length);
            try (var content = large.content()) {
                assertThat(content.readAllBytes()).isEqualTo(bytes);
            }
            var empty = sandbox.readFile("/tmp/empty");
            assertThat(empty.size()).isZero();
            try (var content = empty.content()) {
                assertThat(content.readAllBytes()).isEmpty();
            }
            // A reader that stops early leaves nothing running.
            sandbox.readFile("/tmp/large").content().close();
        }
    }

    @Test
    default void tellsWhyAFileCannotBeRead() throws Exception {
        try (var sandbox = rig().open()) {
            refused(sandbox, "/tmp/none", Reason.NOT_FOUND);
            refused(sandbox, "/tmp", Reason.NOT_A_FILE);
            refused(sandbox, "tmp/relative", Reason.NOT_FOUND);
            Rig.say(sandbox, "ln -s none " + sandbox.path("/tmp/dangling") + "; mkfifo " + sandbox.path("/tmp/pipe"));
            refused(sandbox, "/tmp/dangling", Reason.NOT_FOUND);
            refused(sandbox, "/tmp/pipe", Reason.NOT_A_FILE);
        }
    }

    @Test
    default void refusesADamagedArchive() throws Exception {
        try (var sandbox = rig().open()) {
            assertThatThrownBy(() -> sandbox.putTar("/tmp", new ByteArrayInputStream(new byte[] {1, 2, 3})))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("/tmp");
            assertThat(Rig.say(sandbox, "echo lives")).isEqualTo("lives\n");
        }
    }

    static void refused(Sandbox sandbox, String path, Reason reason) {
        assertThatThrownBy(() -> sandbox.readFile(path))
                .isInstanceOfSatisfying(
                        SandboxException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(path);
    }

    /** Builds a tar archive. */
    final class Tar {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream out = new TarArchiveOutputStream(bytes);

        Tar file(String name, int mode, String content) throws IOException {
            return file(name, mode, content.getBytes(StandardCharsets.UTF_8));
        }

        Tar file(String name, int mode, byte[] content) throws IOException {
            return file(name, mode, 0, content);
        }

        Tar file(String name, int mode, int owner, byte[] content) throws IOException {
            var entry = new TarArchiveEntry(name, true);
            entry.setMode(mode);
            entry.setIds(owner, owner);
            entry.setSize(content.length);
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
            return this;
        }

        Tar link(String name, String target) throws IOException {
            var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(target);
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
            return this;
        }

        ByteArrayInputStream stream() throws IOException {
            out.close();
            return new ByteArrayInputStream(bytes.toByteArray());
        }
    }
}
