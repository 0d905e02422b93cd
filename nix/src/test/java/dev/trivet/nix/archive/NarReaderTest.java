package dev.trivet.nix.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that somebody made to do harm, or that broke on their way. */
class NarReaderTest {
    private static final int MUTATIONS = 20_000;

    @TempDir
    Path directory;

    @Test
    void listsWhatIsInAnArchive() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("b"), "twelve bytes");
        Files.createSymbolicLink(tree.resolve("c"), Path.of("b"));
        Files.createDirectory(tree.resolve("a"));
        byte[] archive = dump(tree);
        List<NarListing.Entry> entries = NarListing.of(new ByteArrayInputStream(archive), 10);
        assertThat(entries.stream().map(NarListing.Entry::path)).containsExactly("", "a", "b", "c");
        NarListing.Entry file = entries.get(2);
        assertThat(new String(archive, (int) file.offset(), (int) file.size(), StandardCharsets.UTF_8))
                .isEqualTo("twelve bytes");
        assertThat(entries.get(3).target()).isEqualTo("b");
        assertThatThrownBy(() -> NarListing.of(new ByteArrayInputStream(archive), 3))
                .hasMessageContaining("more than 3 entries");
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        for (String name : List.of("", ".", "..", "a/b", "/", "a\0")) {
            refuses(directoryOf(name), "is no name of a file");
        }
        refuses(directoryOf("b", "a"), "names ascend");
        refuses(directoryOf("a", "a"), "names ascend");
        refuses(directoryOf("x".repeat(256)), "at most 255 bytes");
    }

    @Test
    void formsThatNixWouldNotWriteAreRefused() throws Exception {
        refuses(nar("(", "type", "socket", ")"), "regular, directory or symlink");
        refuses(nar("(", "type", "symlink", "target", "", ")"), "leads to nothing");
        refuses(nar("(", "type", "regular", "content", "x", ")"), "has contents");
        refuses(nar("(", "type", "directory", "entries", ")"), "has entries");
        refuses(words("nix-archive-2", "("), "'nix-archive-1' is expected");
        byte[] good = nar("(", "type", "regular", "contents", "x", ")");
        byte[] followed = Arrays.copyOf(good, good.length + 1);
        refuses(followed, "something follows");
        byte[] padded = good.clone();
        padded[good.length - 17] = 1;
        refuses(padded, "padding is of zeros");
        refuses(new byte[0], "it ends here");
        // An empty file without contents, as old versions wrote it.
        assertThat(NarReader.read(
                        new ByteArrayInputStream(nar("(", "type", "regular", ")")), new Ignoring(), NarLimits.DEFAULT))
                .isPositive();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
        var huge = new ByteArrayOutputStream();
        huge.write(nar("(", "type", "regular", "contents"));
        huge.write(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0x80});
        refuses(huge.toByteArray(), "beyond the limit");
        byte[] deep = nar(Stream.concat(
                        Stream.generate(() -> Stream.of("(", "type", "directory", "entry", "(", "name", "d", "node"))
                                .limit(2000)
                                .flatMap(part -> part),
                        Stream.of("("))
                .toArray(String[]::new));
        refuses(deep, "directories are in one another");
        byte[] small = nar("(", "type", "regular", "contents", "x".repeat(1000), ")");
        assertThatThrownBy(() -> NarReader.read(
                        new ByteArrayInputStream(small), new Ignoring(), NarLimits.DEFAULT.withBytes(500)))
                .isInstanceOf(NarFormatException.class);
    }

    @Test
    void anArchiveThatEndsAnywhereIsTruncated() throws Exception {
        byte[] archive = dump(Trees.make(directory.resolve("tree"), 7));
        for (int length = 0; length < archive.length; length += 1 + archive.length / 500) {
            byte[] part = Arrays.copyOf(archive, length);
            assertThatThrownBy(() -> NarReader.read(new ByteArrayInputStream(part), new Ignoring(), NarLimits.DEFAULT))
                    .isInstanceOf(NarFormatException.class);
        }
    }

    /** Whatever is changed, it is read or refused; nothing else happens, and nothing outside of the target. */
    @Test
    void changedArchivesAreReadOrRefused() throws Exception {
        Path good = Files.createDirectory(directory.resolve("good"));
        Files.writeString(good.resolve("file"), "some text");
        Files.createSymbolicLink(good.resolve("link"), Path.of("../outside"));
        Files.createDirectory(good.resolve("zone"));
        Files.writeString(good.resolve("zone/inner"), "more");
        byte[] archive = dump(good);
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path targets = Files.createDirectory(directory.resolve("targets"));
        var random = new Random(42);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] changed = mutated(archive, random);
            try {
                // Restoring each would take minutes; those that are read are restored.
                NarReader.read(new ByteArrayInputStream(changed), new Ignoring(), NarLimits.DEFAULT.withBytes(1 << 20));
                read++;
                restore(changed, targets.resolve(Integer.toString(i)));
            } catch (NarFormatException refused) {
                assertThat(refused.offset()).isBetween(0L, (long) changed.length);
            }
        }
        assertThat(read).isPositive().isLessThan(MUTATIONS);
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).isEmpty();
        }
    }

    private static void restore(byte[] archive, Path target) {
        try {
            NarRestore.restore(new ByteArrayInputStream(archive), target, NarLimits.DEFAULT);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("cannot be made to lead to exactly");
        }
    }

    private static byte[] mutated(byte[] archive, Random random) {
        byte[] changed = archive.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(3)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    int from = random.nextInt(changed.length);
                    int length = Math.min(8, changed.length - Math.max(at, from));
                    System.arraycopy(changed, from, changed, at, length);
                }
            }
        }
        return changed;
    }

    private static void refuses(byte[] archive, String why) {
        assertThatThrownBy(() -> NarReader.read(new ByteArrayInputStream(archive), new Ignoring(), NarLimits.DEFAULT))
                .isInstanceOf(NarFormatException.class)
                .hasMessageContaining(why);
    }

    private static byte[] directoryOf(String... names) {
        return nar(Stream.of(
                        Stream.of("(", "type", "directory"),
                        Stream.of(names)
                                .flatMap(name -> Stream.of(
                                        "entry",
                                        "(",
                                        "name",
                                        name,
                                        "node",
                                        "(",
                                        "type",
                                        "regular",
                                        "contents",
                                        "",
                                        ")",
                                        ")")),
                        Stream.of(")"))
                .flatMap(part -> part)
                .toArray(String[]::new));
    }

    private static byte[] nar(String... words) {
        return words(Stream.concat(Stream.of("nix-archive-1"), Stream.of(words)).toArray(String[]::new));
    }

    private static byte[] words(String... words) {
        var bytes = new ByteArrayOutputStream();
        for (String word : words) {
            byte[] text = word.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 8; i++) {
                bytes.write((int) ((long) text.length >>> (8 * i)));
            }
            bytes.writeBytes(text);
            bytes.writeBytes(new byte[-text.length & 7]);
        }
        return bytes.toByteArray();
    }

    private static byte[] dump(Path tree) throws IOException {
        var bytes = new ByteArrayOutputStream();
        NarWriter.write(tree, bytes);
        return bytes.toByteArray();
    }

    private static final class Ignoring implements NarVisitor {
        @Override
        public void directory(NarPath path) {}

        @Override
        public void file(NarPath path, boolean executable, long size, long offset, InputStream content) {}

        @Override
        public void link(NarPath path, byte[] target) {}
    }
}
