package dev.trivet.circus.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.circus.product.StoreTree.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways through a store that has a root of its own: as its paths say it is in /nix/store, and it is not. */
class StoreTreeTest {
    private static final String A = "0123456789abcdfghijklmnpqrsvwxyz-a";
    private static final String B = "1123456789abcdfghijklmnpqrsvwxyz-b";

    @TempDir
    Path directory;

    private StoreTree store;

    @BeforeEach
    void fill() throws Exception {
        store = StoreTree.of("/nix/store", directory.resolve("root").toString());
        Path a = Files.createDirectories(store.place().resolve(A));
        Files.createDirectories(store.place().resolve(B).resolve("share/doc"));
        Files.createDirectories(store.place().resolve(".links"));
        Files.writeString(store.place().resolve(".links/secret"), "x");
        Files.writeString(store.place().resolve(B).resolve("share/doc/page"), "page");
        Files.writeString(a.resolve("file"), "file");
        Files.writeString(directory.resolve("secret"), "secret");
        link("relative", "../" + B + "/share");
        link("absolute", "/nix/store/" + B + "/share/doc/page");
        link("real", store.place().resolve(B).toString());
        link("passwd", "/etc/passwd");
        link("up", "../../../../secret");
        link("store", "/nix/store");
        link("above", "..");
        link("links", "../.links/secret");
        link("loop", "loop");
        link("gone", "nothing");
        link("chain", "relative/doc/../doc/page");
    }

    private void link(String name, String target) throws Exception {
        Files.createSymbolicLink(store.place().resolve(A).resolve(name), Path.of(target));
    }

    @ParameterizedTest
    @CsvSource({
        "/file, a/file",
        "//./file, a/file",
        "/relative/doc/page, b/share/doc/page",
        "/absolute, b/share/doc/page",
        "/chain, b/share/doc/page",
        "/relative/../share, b/share",
        "'', a"
    })
    void linksWithinTheStoreAreFollowed(String path, String expected) throws Exception {
        String[] names = expected.split("/", 2);
        Path object = store.place().resolve(names[0].equals("a") ? A : B);
        assertThat(store.find("/nix/store/" + A + path)).isInstanceOfSatisfying(Found.There.class, there -> {
            assertThat(there.file()).isEqualTo(names.length > 1 ? object.resolve(names[1]) : object);
            assertThat(there.object().baseName()).isEqualTo(object.getFileName().toString());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "/nix/store/" + A + "/passwd",
        "/nix/store/" + A + "/up",
        "/nix/store/" + A + "/real",
        "/nix/store/" + A + "/store",
        "/nix/store/" + A + "/above",
        "/nix/store/" + A + "/links",
        "/nix/store/" + A + "/loop",
        "/nix/store/" + A + "/../../../secret",
        "/nix/store/" + A + "/../.links/secret",
        "/nix/store/" + A + "/..",
        "/nix/store/.links/secret",
        "/nix/store/",
        "/nix/store",
        "/nix/stores/x",
        "/etc/passwd",
        "relative"
    })
    void nothingLeadsOutOfIt(String path) throws Exception {
        assertThat(store.find(path)).isInstanceOf(Found.Outside.class);
    }

    @ParameterizedTest
    @CsvSource({"/gone", "/file/below", "/nothing/at/all"})
    void whatIsNotThereIsAbsent(String path) throws Exception {
        assertThat(store.find("/nix/store/" + A + path)).isInstanceOf(Found.Absent.class);
    }

    @Test
    void namesThatCannotBeAreRefused() throws Exception {
        assertThat(store.find("/nix/store/" + A + "/\0")).isInstanceOf(Found.Outside.class);
    }

    @Test
    void theRootOfAStoreIsWhereNixIsTold() {
        assertThat(StoreTree.of("/nix/store", "").place()).isEqualTo(Path.of("/nix/store"));
        assertThat(StoreTree.of("/nix/store", "daemon").place()).isEqualTo(Path.of("/nix/store"));
        assertThat(StoreTree.of("/s", "local?root=/mnt/x&trusted=1").place()).isEqualTo(Path.of("/mnt/x/s"));
        assertThat(StoreTree.of("/s", "/mnt/y").place()).isEqualTo(Path.of("/mnt/y/s"));
    }
}
