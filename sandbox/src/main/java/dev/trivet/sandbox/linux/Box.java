package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.image.Image;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one open sandbox.
 *
 * @param id its short name on disk
 * @param key the name its owner gave it
 * @param directory {@code sandboxes/<id>} of the store
 * @param trees what is mounted, root first
 * @param parent the layer it stands on, or null
 * @param depth layers below its writable one
 * @param image the image at the bottom
 */
record Box(
        String id,
        String key,
        Path directory,
        List<Tree> trees,
        @Nullable String parent,
        int depth,
        Image image) {
    /** One overlay: its mount point relative to the root (empty for the root) and its lowers, as mount options name them. */
    record Tree(String at, String lowers) {}

    /** The writable layer: one numbered directory for each tree. */
    Path upper() {
        return directory.resolve("up");
    }

    /** The root of the mounted file system, in the holder's mount namespace only. */
    Path root() {
        return directory.resolve("m");
    }

    /** A tmpfs for what must not reach a disk, in the holder's mount namespace only. */
    Path state() {
        return directory.resolve("s");
    }
}
