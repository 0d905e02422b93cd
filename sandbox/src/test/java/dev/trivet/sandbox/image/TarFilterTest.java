package dev.trivet.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives from anywhere, also from somebody who wants to write elsewhere. */
class TarFilterTest {
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = TarTree.archive(archive);

    private TarFilterTest entry(String name, byte type, String text) throws IOException {
        var entry = new TarArchiveEntry(name, type, true);
        boolean content = type == TarConstants.LF_NORMAL;
        if (content) {
            entry.setSize(text.length());
        } else {
            entry.setLinkName(text);
        }
        tar.putArchiveEntry(entry);
        if (content) {
            tar.write(text.getBytes(StandardCharsets.UTF_8));
        }
        tar.closeArchiveEntry();
        return this;
    }

    private TarFilterTest file(String name) throws IOException {
        return entry(name, TarConstants.LF_NORMAL, "text");
    }

    private TarFilterTest link(String name, String target) throws IOException {
        return entry(name, TarConstants.LF_SYMLINK, target);
    }

    private TarFilterTest hardLink(String name, String target) throws IOException {
        return entry(name, TarConstants.LF_LINK, target);
    }

    private Map<String, TarArchiveEntry> filtered(TarFilter.Bounds bounds) throws IOException {
        tar.close();
        var out = new ByteArrayOutputStream();
        new TarFilter(bounds).copy(new ByteArrayInputStream(archive.toByteArray()), out);
        Map<String, TarArchiveEntry> entries = new TreeMap<>();
        try (var in = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            TarArchiveEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                entries.put(entry.getName(), entry);
            }
        }
        return entries;
    }

    private Map<String, TarArchiveEntry> filtered() throws IOException {
        return filtered(TarFilter.Bounds.USUAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "..", "/../out", "a/.."})
    void refusesWhatLeavesTheRoot(String name) throws IOException {
        file(name);
        assertThatThrownBy(this::filtered).isInstanceOf(IOException.class).hasMessageContaining("leaves its root");
    }

    @Test
    void takesAbsoluteNamesAsBelowTheRoot() throws IOException {
        assertThat(file("/etc/thing").file("./usr//./bin/x").filtered()).containsKeys("etc/thing", "usr/bin/x");
    }

    @Test
    void keepsLinksAsTheyAreButNothingPassesThroughThem() throws IOException {
        assertThat(link("bin", "usr/bin")
                        .link("etc/mtab", "/proc/mounts")
                        .filtered()
                        .get("etc/mtab")
                        .getLinkName())
                .isEqualTo("/proc/mounts");
    }

    @Test
    void refusesAnEntryBelowALink() throws IOException {
        link("up", "/").file("up/tmp/evil");
        assertThatThrownBy(this::filtered).hasMessageContaining("passes through a link");
    }

    @Test
    void refusesALinkInPlaceOfADirectoryThatItsOwnFilesGoTo() throws IOException {
        link("etc", "/etc");
        assertThatThrownBy(this::filtered).hasMessageContaining("passes through a link: etc/");
    }

    @Test
    void refusesALinkThatReplacesADirectory() throws IOException {
        file("dir/x").link("dir", "/etc");
        assertThatThrownBy(this::filtered).hasMessageContaining("replaces a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/shadow", "../x", "missing", "dir"})
    void refusesAHardLinkToAnythingElse(String target) throws IOException {
        entry("dir/", TarConstants.LF_DIR, "").hardLink("hard", target);
        assertThatThrownBy(this::filtered).isInstanceOf(IOException.class);
    }

    @Test
    void makesAHardLinkToALinkALink() throws IOException {
        var entries = link("a", "/etc/shadow").hardLink("b", "a").filtered();
        assertThat(entries.get("b").isSymbolicLink()).isTrue();
        assertThat(entries.get("b").getLinkName()).isEqualTo("/etc/shadow");
    }

    @Test
    void leavesDevicesAndPipesAndForeignAttributesOut() throws IOException {
        entry("c", TarConstants.LF_CHR, "").entry("b", TarConstants.LF_BLK, "").entry("p", TarConstants.LF_FIFO, "");
        var entry = new TarArchiveEntry("opaque/");
        entry.addPaxHeader("SCHILY.xattr.user.overlay.opaque", "y");
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        file("dev/sda").file("proc/1");
        var entries = filtered();
        assertThat(entries)
                .doesNotContainKeys("c", "b", "p", "dev/sda", "proc/1")
                .containsKeys("opaque/", "dev/");
        assertThat(entries.get("opaque/").getExtraPaxHeaders()).isEmpty();
    }

    @Test
    void boundsSizeAndNumber() throws IOException {
        file("a").file("b");
        assertThatThrownBy(() -> filtered(new TarFilter.Bounds(7, 10))).hasMessageContaining("more than 7 bytes");
    }

    @Test
    void boundsTheNumber() throws IOException {
        file("a").file("b");
        assertThatThrownBy(() -> filtered(new TarFilter.Bounds(100, 1))).hasMessageContaining("more than 1 entries");
    }

    @Test
    void boundsHeaders() throws IOException {
        // A name of gigabytes, as a GNU long-name entry announces it.
        var longName = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        longName.setSize(3 << 20);
        tar.putArchiveEntry(longName);
        tar.write(new byte[3 << 20]);
        tar.closeArchiveEntry();
        file("x");
        assertThatThrownBy(this::filtered).hasMessageContaining("more than a megabyte");
    }

    @Test
    void refusesImpossibleNamesAndTargets() throws IOException {
        file("x/".repeat(300) + "y");
        assertThatThrownBy(this::filtered).hasMessageContaining("impossible name");
    }

    @Test
    void refusesImpossibleTargets() throws IOException {
        link("x", "y".repeat(10_000));
        assertThatThrownBy(this::filtered).hasMessageContaining("impossible target");
    }

    @Test
    void refusesWhatIsNoArchive() {
        assertThatThrownBy(() -> new TarFilter(TarFilter.Bounds.USUAL)
                        .copy(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream()))
                .hasMessageContaining("empty or no tar");
        var junk = "this is no archive ".repeat(100).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new TarFilter(TarFilter.Bounds.USUAL)
                        .copy(new ByteArrayInputStream(junk), new ByteArrayOutputStream()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void givesEveryImageItsBuildAccount() throws IOException {
        entry(
                "etc/passwd",
                TarConstants.LF_NORMAL,
                "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n");
        file("usr/bin/sudo").file("bin/bash");
        var entries = filtered();
        assertThat(entries).containsKeys("home/build/", "etc/sudoers.d/build", "etc/group");
        assertThat(entries.get("home/build/").getLongUserId()).isEqualTo(1000);
        assertThat(Accounts.passwd("root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n", "/bin/bash"))
                .isEqualTo("root:x:0:0::/root:/bin/sh\nbuild:x:1000:1000::/home/build:/bin/bash\n");
    }
}
