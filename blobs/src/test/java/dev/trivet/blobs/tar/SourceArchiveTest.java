package dev.trivet.blobs.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceArchiveTest {
    private static final SourceArchive.Bounds SMALL = new SourceArchive.Bounds(1 << 20, 100);

    @Test
    void filesDirectoriesAndInnerLinksComeThroughOwnedByRoot() throws IOException {
        byte[] archive = archive(tar -> {
            directory(tar, "./");
            directory(tar, "./src/");
            file(tar, "./src/main.c", "int main;", 0100755);
            link(tar, "./latest", TarConstants.LF_SYMLINK, "src/main.c");
            link(tar, "./src/up", TarConstants.LF_SYMLINK, "../latest");
            link(tar, "./copy.c", TarConstants.LF_LINK, "src/main.c");
        });
        List<TarArchiveEntry> entries = entries(archive, SMALL);
        assertThat(entries)
                .extracting(TarArchiveEntry::getName)
                .containsExactly("src/", "src/main.c", "latest", "src/up", "copy.c");
        assertThat(entries)
                .allSatisfy(entry -> assertThat(entry.getLongUserId()).isZero());
        assertThat(entries.get(1).getMode() & 0777).isEqualTo(0755);
        assertThat(entries.get(1).getSize()).isEqualTo(9);
        assertThat(entries.get(4).getLinkName()).isEqualTo("src/main.c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/passwd", "a/b/../../../x"})
    void anEntryThatLeavesTheRootIsRefused(String name) throws IOException {
        refused(archive(tar -> file(tar, name, "x", 0100644)), "root|absolute");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", ""})
    void aLinkThatLeadsOutsideIsRefused(String target) throws IOException {
        refused(archive(tar -> link(tar, "link", TarConstants.LF_SYMLINK, target)), "leads outside");
    }

    @Test
    void nothingPassesThroughALink() throws IOException {
        refused(
                archive(tar -> {
                    directory(tar, "real/");
                    link(tar, "way", TarConstants.LF_SYMLINK, "real");
                    file(tar, "way/file", "x", 0100644);
                }),
                "passes through a link");
    }

    @Test
    void aHardLinkOutOfTheArchiveIsRefused() throws IOException {
        refused(archive(tar -> link(tar, "x", TarConstants.LF_LINK, "etc/passwd")), "no file of its own");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
    void devicesAndPipesAreRefused(byte type) throws IOException {
        refused(archive(tar -> put(tar, new TarArchiveEntry("node", type))), "device or pipe");
    }

    @Test
    void tooManyBytesAndEntriesAreRefused() throws IOException {
        byte[] zeros = archive(tar -> {
            var entry = new TarArchiveEntry("zeros");
            entry.setSize(5 << 20);
            tar.putArchiveEntry(entry);
            tar.write(new byte[5 << 20]);
            tar.closeArchiveEntry();
        });
        assertThat(zeros.length).isLessThan(64 << 10);
        refused(zeros, "more than 1048576 bytes");
        refused(
                archive(tar -> {
                    for (int number = 0; number <= 100; number++) {
                        file(tar, "f" + number, "", 0100644);
                    }
                }),
                "more than 100 entries");
    }

    @Test
    void anEndlessNameIsRefused() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            var name = new byte[8 << 20];
            java.util.Arrays.fill(name, (byte) 'n');
            var header = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            header.setSize(name.length);
            var block = new byte[512];
            header.writeEntryHeader(block);
            zip.write(block);
            zip.write(name);
        }
        assertThatThrownBy(() -> entries(bytes.toByteArray(), SMALL)).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoArchiveIsSaidSo() {
        assertThatThrownBy(() -> SourceArchive.check(stream("hello".getBytes(StandardCharsets.UTF_8)), SMALL))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> SourceArchive.check(InputStream.nullInputStream(), SMALL))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aTruncatedArchiveIsRefused() throws IOException {
        byte[] whole = archive(tar -> file(tar, "file", "some text that is long enough to be cut", 0100644));
        assertThatThrownBy(() -> SourceArchive.check(stream(java.util.Arrays.copyOf(whole, whole.length - 20)), SMALL))
                .isInstanceOf(IOException.class);
    }

    private static void refused(byte[] archive, String pattern) {
        assertThatThrownBy(() -> SourceArchive.check(stream(archive), SMALL))
                .isInstanceOf(IOException.class)
                .message()
                .containsPattern(pattern);
    }

    private static List<TarArchiveEntry> entries(byte[] archive, SourceArchive.Bounds bounds) throws IOException {
        var safe = new ByteArrayOutputStream();
        SourceArchive.copy(stream(archive), safe, bounds, tar -> {});
        var entries = new ArrayList<TarArchiveEntry>();
        try (var in = new TarArchiveInputStream(stream(safe.toByteArray()))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] archive(SourceArchive.Addition content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            content.add(tar);
        }
        return bytes.toByteArray();
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        put(tar, new TarArchiveEntry(name, TarConstants.LF_DIR));
    }

    private static void link(TarArchiveOutputStream tar, String name, byte type, String target) throws IOException {
        var entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target);
        put(tar, entry);
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, String text, int mode) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        entry.setMode(mode);
        entry.setIds(1000, 1000);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
