package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which files belong to a tree: with git those that it knows and new ones that it does not ignore, in submodules too; otherwise all. */
final class TreeFiles {
    /** How the list of a submodule begins. */
    private static final String SUBMODULE = "160000 ";

    private static final char UNREADABLE = '\ufffd';

    private final SortedSet<String> paths = new TreeSet<>();
    private final SortedSet<String> absent = new TreeSet<>();

    private TreeFiles() {}

    /**
     * The files of a directory that git knows.
     *
     * @throws CommandException if git fails: a tree without files would be built as if nothing were wrong
     */
    static TreeFiles known(Path root) throws CommandException {
        var files = new TreeFiles();
        files.addKnown(root, "");
        return files;
    }

    /** All files of a directory, without what is called {@code .git}. */
    static TreeFiles all(Path root) throws IOException {
        var files = new TreeFiles();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.endsWith(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!file.endsWith(".git")) {
                    files.paths.add(root.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    /** Paths relative to the tree, sorted. */
    List<String> paths() {
        return List.copyOf(paths);
    }

    /** Submodules that are not checked out. */
    List<String> absentSubmodules() {
        return List.copyOf(absent);
    }

    private void addKnown(Path root, String prefix) throws CommandException {
        String listed = new Git(root).call("ls-files", "-z", "--cached", "--others", "--exclude-standard");
        for (String path : listed.split("\0", -1)) {
            if (path.isEmpty()) {
                continue;
            }
            if (path.indexOf(UNREADABLE) >= 0) {
                throw CommandException.usage("the name of the file " + prefix + path + " in " + root
                        + " is not UTF-8: rename the file, or let git ignore it");
            }
            add(root, prefix, path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        }
    }

    private void add(Path root, String prefix, String path) throws CommandException {
        Path file = root.resolve(path);
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            paths.add(prefix + path);
        } else if (Files.exists(file.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
            // A submodule, or a repository of its own that is not one yet.
            addKnown(file, prefix + path + "/");
        } else if (new Git(root).call("ls-files", "-s", "-z", "--", path).startsWith(SUBMODULE)) {
            absent.add(prefix + path);
        }
    }
}
