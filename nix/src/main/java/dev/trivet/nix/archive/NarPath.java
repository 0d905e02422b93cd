package dev.trivet.nix.archive;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where in an archive something is: names of raw bytes, from the root on. Immutable. */
public final class NarPath {
    /** The archive's root, which has no name. */
    public static final NarPath ROOT = new NarPath(null, new byte[0], 0);

    private final @Nullable NarPath parent;
    private final byte[] name;
    private final int depth;

    private NarPath(@Nullable NarPath parent, byte[] name, int depth) {
        this.parent = parent;
        this.name = name;
        this.depth = depth;
    }

    NarPath child(byte[] entry) {
        return new NarPath(this, Objects.requireNonNull(entry, "entry is null"), depth + 1);
    }

    /** Names on the way from the root; 0 for the root itself. */
    public int depth() {
        return depth;
    }

    /** The last name; empty for the root. */
    byte[] lastName() {
        return name.clone();
    }

    /** The file of this place when the root is there. */
    public Path under(Path root) {
        return parent == null ? root : RawNames.in(parent.under(root), name);
    }

    /** Names joined by slashes, the empty text for the root; bytes that are no UTF-8 are replaced. */
    @Override
    public String toString() {
        if (parent == null) {
            return "";
        }
        String before = parent.toString();
        return before.isEmpty() ? RawNames.shown(name) : before + "/" + RawNames.shown(name);
    }
}
