package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Passes on what is at and below one place of an archive, as if that place were its root. For one thread. */
public final class NarPart implements NarVisitor {
    private final List<byte[]> place;
    private final NarVisitor visitor;
    private final List<NarPath> moved = new ArrayList<>();
    /** How many names of the place lead to where the visit is; more than the place has if it is within. */
    private int along;

    private boolean found;

    /** @param place names from the root on, joined by slashes; empty for the root */
    public NarPart(String place, NarVisitor visitor) {
        this.visitor = Objects.requireNonNull(visitor, "visitor is null");
        this.place = Arrays.stream(place.split("/", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Whether there was something at that place. */
    public boolean found() {
        return found;
    }

    @Override
    public void directory(NarPath path) throws IOException {
        NarPath there = moved(path);
        if (there != null) {
            visitor.directory(there);
        }
    }

    @Override
    public void file(NarPath path, boolean executable, long size, long offset, InputStream content) throws IOException {
        NarPath there = moved(path);
        if (there != null) {
            visitor.file(there, executable, size, offset, content);
        }
    }

    @Override
    public void link(NarPath path, byte[] target) throws IOException {
        NarPath there = moved(path);
        if (there != null) {
            visitor.link(there, target);
        }
    }

    /** Where it is in the part; null if it is not in it. */
    private @Nullable NarPath moved(NarPath path) {
        int depth = path.depth();
        along = Math.min(along, Math.max(0, depth - 1));
        if (depth > 0 && depth <= place.size()) {
            if (along < depth - 1 || !Arrays.equals(place.get(depth - 1), path.lastName())) {
                return null;
            }
            along = depth;
        }
        if (along < Math.min(depth, place.size()) || depth < place.size()) {
            return null;
        }
        found = true;
        int below = depth - place.size();
        while (moved.size() > below) {
            moved.removeLast();
        }
        NarPath there = below == 0 ? NarPath.ROOT : moved.getLast().child(path.lastName());
        moved.add(there);
        return there;
    }
}
