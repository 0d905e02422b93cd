package dev.trivet.sandbox.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A root file system that can be stood on. Its directories must not change as long as a sandbox or a snapshot stands on them: a
 * rebuilt image gets another digest and other directories.
 *
 * @param name canonical name
 * @param digest changes whenever the content does; also part of cache keys
 * @param lowers read-only directories that make up {@code /}, newest first (overlay lower directories, owners as seen by {@link
 *     dev.trivet.sandbox.linux.UserNamespace})
 * @param parts further trees below {@code /}, each with a writable layer of its own; their mount points exist in {@code lowers}
 */
public record Image(String name, String digest, List<Path> lowers, List<Part> parts) {
    public Image {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(digest, "digest is null");
        lowers = List.copyOf(lowers);
        parts = List.copyOf(parts);
        if (lowers.isEmpty()) {
            throw new IllegalArgumentException("image " + name + " has no directory to stand on");
        }
    }

    /** An image of plain root directories. */
    public Image(String name, String digest, List<Path> lowers) {
        this(name, digest, lowers, List.of());
    }

    /**
     * A tree of the host that is put below the image's root, such as {@code /usr} for the host's own userland: an overlay cannot
     * take single subdirectories of a directory as its lower, so each one is an overlay of its own.
     *
     * @param at where it is mounted, relative to the root, without a leading slash: {@code usr}, {@code var/lib/dpkg}
     * @param lowers read-only directories that make it up, newest first
     */
    public record Part(String at, List<Path> lowers) {
        public Part {
            lowers = List.copyOf(lowers);
            if (!at.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
                    || List.of(at.split("/")).contains("..")) {
                throw new IllegalArgumentException(
                        "a part is mounted at a relative path such as var/lib/dpkg, not at: " + at);
            }
            if (lowers.isEmpty()) {
                throw new IllegalArgumentException("part " + at + " has no directory to stand on");
            }
        }
    }
}
