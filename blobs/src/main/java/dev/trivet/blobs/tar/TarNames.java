package dev.trivet.blobs.tar;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that one archive has used so far: every entry stays below the root and passes through no link, and nothing takes the place
 * of a directory. For one archive, by one thread.
 */
public final class TarNames {
    /** Longest path or link target in characters. */
    public static final int PATH_LIMIT = 4000;

    private static final int DEPTH_LIMIT = 200;
    private static final int SHOWN = 128;

    private final Map<String, Kind> kinds = new HashMap<>();

    /** What a name stands for. */
    public enum Kind {
        DIRECTORY,
        FILE,
        LINK
    }

    /**
     * The path below the root, without a leading slash; empty for the root itself.
     *
     * @throws IOException if it leads out of the root or cannot be a path
     */
    public static String path(String name) throws IOException {
        List<String> words = new ArrayList<>();
        for (String word : name.split("/", -1)) {
            if (word.equals("..")) {
                throw new IOException("the archive has an entry that leaves its root: " + shown(name));
            }
            if (!word.isEmpty() && !word.equals(".")) {
                words.add(word);
            }
        }
        String path = String.join("/", words);
        if (path.length() > PATH_LIMIT || words.size() > DEPTH_LIMIT || path.indexOf('\0') >= 0) {
            throw new IOException("the archive has an entry with an impossible name: " + shown(name));
        }
        return path;
    }

    /** What this path stands for, or null if nothing named it. */
    public @Nullable Kind kind(String path) {
        return kinds.get(path);
    }

    /**
     * Notes a directory; its parents must be directories.
     *
     * @throws IOException if a file or link stands in its place
     */
    public void directory(String path) throws IOException {
        requireParents(path);
        Kind before = kinds.put(path, Kind.DIRECTORY);
        if (before != null && before != Kind.DIRECTORY) {
            throw new IOException("the archive has a directory in the place of a file: " + shown(path));
        }
    }

    /**
     * Notes a file or link: a later entry of a name takes the place of an earlier one.
     *
     * @throws IOException if it would take the place of a directory, or passes through a file or link
     */
    public void replace(String path, Kind kind) throws IOException {
        requireParents(path);
        if (kinds.put(path, kind) == Kind.DIRECTORY) {
            throw new IOException("the archive replaces a directory by something else: " + shown(path));
        }
    }

    /**
     * Notes the directories above a path.
     *
     * @throws IOException if one of them is a file or link
     */
    public void requireParents(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            Kind kind = kinds.putIfAbsent(path.substring(0, slash), Kind.DIRECTORY);
            if (kind != null && kind != Kind.DIRECTORY) {
                throw new IOException("the archive has an entry that passes through "
                        + (kind == Kind.LINK ? "a link" : "a file") + ": " + shown(path));
            }
        }
    }

    /** A stranger's name for a message: one line, not too long. */
    static String shown(String name) {
        String line = name.replaceAll("\\p{Cntrl}", "?");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }
}
