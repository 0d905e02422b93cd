package dev.trivet.nix.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives as the real Nix writes, reads and hashes them, over generated trees. */
class NarAgainstNixTest {
    private static final int TREES = 24;
    private static final Path NOTHING = Path.of("/dev/null");

    @TempDir
    Path directory;

    static List<Integer> seeds() {
        return IntStream.range(0, TREES).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void isByteForByteWhatNixDumps(int seed) throws Exception {
        Path tree = Trees.make(directory.resolve("tree"), seed);
        byte[] ours = dump(tree);
        assertThat(ours).isEqualTo(Programs.output(NOTHING, "nix-store", "--dump", tree.toString()));

        NarDigest digest = NarDigest.of(tree);
        assertThat(digest.size()).isEqualTo(ours.length);
        assertThat(digest.hash().digits())
                .isEqualTo(Programs.line("nix-hash", "--type", "sha256", "--base32", tree.toString()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void restoresWhatNixRestores(int seed) throws Exception {
        Path tree = Trees.make(directory.resolve("tree"), seed);
        byte[] archive = dump(tree);
        Path ours = directory.resolve("ours");
        assertThat(NarRestore.restore(new ByteArrayInputStream(archive), ours, NarLimits.DEFAULT))
                .isEqualTo(archive.length);
        assertThat(dump(ours)).isEqualTo(archive);

        Path file = Files.write(directory.resolve("archive"), archive);
        Path theirs = directory.resolve("theirs");
        Programs.output(file, "nix-store", "--restore", theirs.toString());
        assertThat(dump(theirs)).isEqualTo(archive);
    }

    @Test
    void whatIsNoFileDirectoryOrLinkCannotBeWritten() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Programs.output(NOTHING, "mkfifo", tree.resolve("pipe").toString());
        assertThatThrownBy(() -> dump(tree)).isInstanceOf(IOException.class).hasMessageContaining("neither a file nor");
    }

    @Test
    void aFileThatGrowsWhileItIsReadIsTold() throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[1 << 20]);
        OutputStream growing = new OutputStream() {
            @Override
            public void write(int value) {
                throw new AssertionError("bytes come in blocks");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                Files.write(file, new byte[1 << 20], StandardOpenOption.APPEND);
            }
        };
        assertThatThrownBy(() -> NarWriter.write(file, growing)).hasMessageContaining("changed while it was read");
    }

    @Test
    void aFileLargerThanMemoryPassesThrough() throws Exception {
        long size = 1L << 30;
        Path file = directory.resolve("sparse");
        try (var channel = new RandomAccessFile(file.toFile(), "rw")) {
            channel.setLength(size);
        }
        assertThat(NarWriter.write(file, OutputStream.nullOutputStream())).isGreaterThan(size);
    }

    private static byte[] dump(Path tree) throws IOException {
        var bytes = new ByteArrayOutputStream();
        assertThat(NarWriter.write(tree, bytes)).isEqualTo(bytes.size());
        return bytes.toByteArray();
    }
}
