package dev.trivet.circus.product;

import dev.trivet.nix.archive.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A Nix store as a directory of this machine. Immutable, thread-safe.
 *
 * @param directory as paths in it name it, such as {@code /nix/store}; without a slash at its end
 * @param place where that directory is, which is elsewhere if the store has a root of its own
 */
public record StoreTree(String directory, Path place) {
    private static final String USUAL = "/nix/store";
    private static final String LOCAL_ROOT = "local?root=";

    public StoreTree {
        Objects.requireNonNull(directory, "directory is null");
        Objects.requireNonNull(place, "place is null");
        if (!directory.startsWith("/") || directory.endsWith("/")) {
            throw new IllegalArgumentException(
                    "a store is an absolute directory without a slash at its end, not: " + directory);
        }
    }

    /**
     * The store of this directory.
     *
     * @param remote how Nix is told of its store ({@code NIX_REMOTE}): {@code /root} or {@code local?root=/root} put it below that directory;
     *     any other word, and none, leave it where its name says
     */
    public static StoreTree of(String directory, String remote) {
        String root = remote.startsWith(LOCAL_ROOT)
                ? remote.substring(LOCAL_ROOT.length()).split("&", 2)[0]
                : remote.startsWith("/") ? remote : "";
        return new StoreTree(directory, Path.of(root + directory));
    }

    /** {@code /nix/store}. */
    public static StoreTree usual() {
        return of(USUAL, "");
    }

    /** What a path of the store leads to. */
    public sealed interface Found {
        /**
         * Something that is there.
         *
         * @param file where it is, without a link on the way
         * @param object the store path that it is, or is in
         */
        record There(Path file, BasicFileAttributes attributes, StorePath object) implements Found {}

        /** Nothing is there. */
        record Absent(String what) implements Found {}

        /** It is not in the store, or leads out of it. */
        record Outside(String why) implements Found {}
    }

    /** Follows a path, and links on it as long as they stay within the store. Links are never followed out of it. */
    public Found find(String path) throws IOException {
        if (!path.startsWith(directory + "/")) {
            return new Found.Outside("it is not in the store " + directory);
        }
        try {
            Path relative = Path.of(path.substring(directory.length()));
            return new StoreWalk(this).follow(relative);
        } catch (InvalidPathException unnameable) {
            return new Found.Outside("it cannot be a path: " + unnameable.getReason());
        } catch (NoSuchFileException gone) {
            return new Found.Absent(path);
        }
    }

    static BasicFileAttributes look(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
