package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is in an archive, without the contents of its files. */
public final class NarListing implements NarVisitor {
    private final List<Entry> entries = new ArrayList<>();
    private final int most;

    private NarListing(int most) {
        this.most = most;
    }

    /** The kinds of entries. */
    public enum Kind {
        DIRECTORY,
        FILE,
        LINK
    }

    /**
     * An entry.
     *
     * @param path names joined by slashes; empty for the root
     * @param size of a file in bytes, otherwise 0
     * @param executable whether it is an executable file
     * @param offset where in the archive a file's content begins, otherwise 0
     * @param target of a link, otherwise null
     */
    public record Entry(
            String path,
            Kind kind,
            long size,
            boolean executable,
            long offset,
            @Nullable String target) {
        public Entry {
            Objects.requireNonNull(path, "path is null");
            Objects.requireNonNull(kind, "kind is null");
        }
    }

    /**
     * Lists an archive.
     *
     * @param most entries at most; an archive with more is refused
     * @throws NarFormatException if the archive is wrong or has too many entries
     */
    public static List<Entry> of(InputStream in, int most) throws IOException {
        var listing = new NarListing(most);
        NarReader.read(in, listing, new NarLimits(NarLimits.DEFAULT.bytes(), most, NarLimits.DEFAULT.depth()));
        return List.copyOf(listing.entries);
    }

    @Override
    public void directory(NarPath path) {
        add(new Entry(path.toString(), Kind.DIRECTORY, 0, false, 0, null));
    }

    @Override
    public void file(NarPath path, boolean executable, long size, long offset, InputStream content) {
        add(new Entry(path.toString(), Kind.FILE, size, executable, offset, null));
    }

    @Override
    public void link(NarPath path, byte[] target) {
        add(new Entry(path.toString(), Kind.LINK, 0, false, 0, RawNames.shown(target)));
    }

    private void add(Entry entry) {
        if (entries.size() >= most) {
            throw new IllegalStateException("the reader lets no more than " + most + " entries through");
        }
        entries.add(entry);
    }
}
