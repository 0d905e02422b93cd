package dev.trivet.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DirectoryBlobStoreTest extends BlobStoreContract {
    @Override
    protected BlobStore store(Path directory, InstantSource clock) throws IOException {
        return DirectoryBlobStore.open(directory, clock);
    }

    @Override
    protected void damage(BlobRef ref, String content) throws IOException {
        Files.writeString(file(ref), content);
    }

    private Path file(BlobRef ref) {
        return directory.resolve("sha256").resolve(ref.sha256().substring(0, 2)).resolve(ref.sha256());
    }

    @Test
    void contentIsAFile() throws IOException {
        put("hello");
        assertThat(blobs.path(HELLO)).contains(file(HELLO));
    }

    @Test
    void leftoversOfACrashAreRemoved() throws IOException {
        put("hello");
        blobs.close();
        Files.writeString(directory.resolve("tmp/123.part"), "half");
        blobs = DirectoryBlobStore.open(directory, now::get);
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
        assertThat(text(blobs.open(HELLO))).isEqualTo("hello");
    }

    @Test
    void secondOwnerOfTheDirectoryIsRefused() {
        assertThatThrownBy(() -> DirectoryBlobStore.open(directory, now::get))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by another Trivet process");
    }

    @Test
    void foreignFilesAreLeftAlone() throws IOException {
        put("hello");
        pass(GRACE.plusSeconds(1));
        Path foreign = file(HELLO).resolveSibling("README");
        Files.writeString(foreign, "not a blob");
        blobs.collect(NOTHING_REFERENCED, GRACE);
        assertThat(foreign).exists();
        try (Stream<Path> files = Files.list(foreign.getParent())) {
            assertThat(files).containsExactly(foreign);
        }
    }
}
