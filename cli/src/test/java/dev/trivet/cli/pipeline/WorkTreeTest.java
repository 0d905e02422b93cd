package dev.trivet.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.cli.process.CommandException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real git. */
class WorkTreeTest {
    @TempDir
    Path folder;

    @Test
    void theSameFilesGiveTheSameBytes() throws Exception {
        Path one = tree("one", Instant.parse("2001-02-03T04:05:06Z"), "rwxr-xr-x", List.of("b", "a/x", "a-b", "tool"));
        Path other =
                tree("other", Instant.parse("2021-02-03T04:05:06Z"), "rwx------", List.of("tool", "a-b", "a/x", "b"));
        byte[] archive = pack(WorkTree.of(one));
        assertThat(pack(WorkTree.of(other))).isEqualTo(archive);
        // With git, too.
        git(other, "init", "-q");
        assertThat(pack(WorkTree.around(other.resolve("a")))).isEqualTo(archive);
        assertThat(entries(archive)).allSatisfy(entry -> {
            assertThat(entry.getLastModifiedTime()).isEqualTo(FileTime.fromMillis(0));
            assertThat(entry.getUserName() + entry.getGroupName()).isEmpty();
            assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
        });
        assertThat(names(archive)).containsExactly("./a-b", "./a/x", "./b", "./link", "./tool");
        assertThat(entries(archive).getLast().getMode() & 0777).isEqualTo(0755);
    }

    @Test
    void submodulesArePackedInTheirTurn() throws Exception {
        Path inner = repository("inner", "inner.txt");
        Path middle = repository("middle", "middle.txt");
        git(middle, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.toString(), "sub");
        commit(middle);
        Path outer = repository("outer", "outer.txt");
        git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", middle.toString(), "mid");
        git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive");
        Files.writeString(outer.resolve("mid/sub/.gitignore"), "ignored\n");
        Files.writeString(outer.resolve("mid/sub/ignored"), "x");
        Files.writeString(outer.resolve("mid/sub/new"), "x");
        assertThat(names(pack(WorkTree.around(outer))))
                .containsExactly(
                        "./.gitmodules",
                        "./mid/.gitmodules",
                        "./mid/middle.txt",
                        "./mid/sub/.gitignore",
                        "./mid/sub/inner.txt",
                        "./mid/sub/new",
                        "./outer.txt");
    }

    @Test
    void aSubmoduleThatIsNotCheckedOutIsTold() throws Exception {
        Path inner = repository("inner", "inner.txt");
        Path outer = repository("outer", "outer.txt");
        git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.toString(), "sub");
        commit(outer);
        git(outer, "submodule", "--quiet", "deinit", "-f", "sub");
        List<String> absent = new ArrayList<>();
        byte[] archive = WorkTree.around(outer).pack(absent::add);
        assertThat(absent).containsExactly("sub");
        assertThat(names(archive)).containsExactly("./.gitmodules", "./outer.txt");
    }

    @Test
    void aGitThatFailsIsAnErrorAndNoEmptyTree() throws Exception {
        Path broken = repository("broken", "file");
        Files.writeString(broken.resolve(".git/index"), "this is no index");
        assertThatThrownBy(() -> pack(WorkTree.around(broken)))
                .isInstanceOf(CommandException.class)
                .hasMessageContainingAll("git ls-files", "failed with exit code", "index");
        Files.delete(broken.resolve(".git/HEAD"));
        assertThatThrownBy(() -> pack(WorkTree.around(broken)))
                .isInstanceOf(CommandException.class)
                .hasMessageContainingAll("git rev-parse", "not a git repository");
    }

    @Test
    void aDirectoryThatIsNamedIsPackedAlone() throws Exception {
        Path tree = repository("tree", "file");
        Files.createDirectories(tree.resolve("part/deep"));
        Files.writeString(tree.resolve("part/deep/file"), "x");
        Files.writeString(tree.resolve(".gitignore"), "*.o\n");
        Files.writeString(tree.resolve("part/x.o"), "x");
        assertThat(names(pack(WorkTree.of(tree.resolve("part"))))).containsExactly("./deep/file");
        assertThat(names(pack(WorkTree.around(tree.resolve("part"))))).contains("./file", "./part/deep/file");
    }

    @Test
    void whatWasDeletedOrIsNoFileIsLeftOut() throws Exception {
        Path tree = repository("tree", "file");
        Files.writeString(tree.resolve("gone"), "x");
        git(tree, "add", "gone");
        Files.delete(tree.resolve("gone"));
        assertThat(new ProcessBuilder("mkfifo", tree.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(names(pack(WorkTree.around(tree)))).containsExactly("./file");
    }

    private Path tree(String name, Instant time, String permissions, List<String> files) throws IOException {
        Path tree = folder.resolve(name);
        for (String file : files) {
            Path path = tree.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "content of " + file);
            Files.setLastModifiedTime(path, FileTime.from(time));
        }
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a/x"));
        Files.setPosixFilePermissions(tree.resolve("tool"), PosixFilePermissions.fromString(permissions));
        return tree;
    }

    private Path repository(String name, String file) throws Exception {
        Path tree = Files.createDirectory(folder.resolve(name));
        git(tree, "init", "-q");
        Files.writeString(tree.resolve(file), "x");
        git(tree, "add", file);
        commit(tree);
        return tree;
    }

    private static void commit(Path tree) throws Exception {
        git(tree, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "change");
    }

    private static byte[] pack(WorkTree tree) throws IOException, CommandException {
        return tree.pack(absent -> {
            throw new AssertionError(absent);
        });
    }

    private static List<String> names(byte[] archive) throws IOException {
        return entries(archive).stream().map(TarArchiveEntry::getName).toList();
    }

    private static List<TarArchiveEntry> entries(byte[] archive) throws IOException {
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
            List<TarArchiveEntry> entries = new ArrayList<>();
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.add(entry);
            }
            return entries;
        }
    }

    private static void git(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
