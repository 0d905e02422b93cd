package dev.trivet.nix.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of archives, and trees and archives as tar. */
class NarPartTest {
    private static final String LONG = "n".repeat(200);

    @TempDir
    Path directory;

    private Path tree;

    @BeforeEach
    void fill() throws Exception {
        tree = Files.createDirectories(directory.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.createDirectories(tree.resolve("a-/b"));
        Files.createDirectories(tree.resolve("z"));
        Files.writeString(tree.resolve("a/b/file"), "content");
        Files.writeString(tree.resolve("a/b/c/" + LONG), "long");
        Files.writeString(tree.resolve("a-/b/file"), "another");
        Files.writeString(tree.resolve("empty"), "");
        Files.createSymbolicLink(tree.resolve("a/link"), Path.of("b/file"));
        Path run = Files.writeString(tree.resolve("a/b/run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static byte[] nar(Path tree) throws Exception {
        var out = new ByteArrayOutputStream();
        NarWriter.write(tree, out);
        return out.toByteArray();
    }

    private byte[] part(String place) throws Exception {
        var out = new ByteArrayOutputStream();
        var copy = new NarCopy(out);
        var part = new NarPart(place, copy);
        NarReader.read(new ByteArrayInputStream(nar(tree)), part, NarLimits.DEFAULT);
        assertThat(part.found()).isTrue();
        copy.finish();
        return out.toByteArray();
    }

    @Test
    void aPartIsTheArchiveOfItsTree() throws Exception {
        for (String place :
                List.of("", "a", "a/b", "a/b/c", "a/b/file", "a/b/run", "a/link", "a-", "a-/b", "empty", "z")) {
            assertThat(part(place)).as(place).isEqualTo(nar(tree.resolve(place)));
        }
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        for (String place : List.of("b", "a/c", "a/b/file/x", "file", "z/b", "a/b/c/d")) {
            var part = new NarPart(place, new NarCopy(new ByteArrayOutputStream()));
            NarReader.read(new ByteArrayInputStream(nar(tree)), part, NarLimits.DEFAULT);
            assertThat(part.found()).as(place).isFalse();
        }
    }

    @Test
    void aTarIsTheSameFromTheTreeAndFromItsArchive() throws Exception {
        var one = new ByteArrayOutputStream();
        NarTar.write(tree, "root", one);
        var two = new ByteArrayOutputStream();
        var tar = new NarTar("root", two);
        NarReader.read(new ByteArrayInputStream(nar(tree)), tar, NarLimits.DEFAULT);
        tar.finish();
        assertThat(two.toByteArray()).isEqualTo(one.toByteArray());
        List<String> entries = new ArrayList<>();
        try (var in = new TarArchiveInputStream(new ByteArrayInputStream(one.toByteArray()))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                assertThat(entry.getLastModifiedTime().toMillis()).isEqualTo(1000);
                assertThat(entry.getLongUserId()).isZero();
                entries.add(entry.getName() + " " + Integer.toOctalString(entry.getMode() & 0777) + " "
                        + (entry.isSymbolicLink() ? entry.getLinkName() : new String(in.readAllBytes())));
            }
        }
        assertThat(entries)
                .containsExactly(
                        "root/ 755 ",
                        "root/a/ 755 ",
                        "root/a/b/ 755 ",
                        "root/a/b/c/ 755 ",
                        "root/a/b/c/" + LONG + " 644 long",
                        "root/a/b/file 644 content",
                        "root/a/b/run 755 #!/bin/sh\n",
                        "root/a/link 777 b/file",
                        "root/a-/ 755 ",
                        "root/a-/b/ 755 ",
                        "root/a-/b/file 644 another",
                        "root/empty 644 ",
                        "root/z/ 755 ");
    }
}
