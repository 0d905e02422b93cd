package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files that a build gets: with git those that it knows and new ones that it does not ignore, those of submodules among them; otherwise
 * all of the directory. {@code .git} is never among them.
 */
public final class WorkTree {
    private final Path root;
    private final boolean isGit;
    private final Git git;

    private WorkTree(Path root, boolean isGit) {
        this.root = Objects.requireNonNull(root, "root is null");
        this.isGit = isGit;
        this.git = new Git(root);
    }

    /**
     * The work tree around a directory, or the directory itself where there is no git.
     *
     * @throws CommandException if there is git, and it fails
     */
    public static WorkTree around(Path directory) throws CommandException {
        if (!hasGit(directory)) {
            return new WorkTree(directory.toAbsolutePath(), false);
        }
        String top = new Git(directory).call("rev-parse", "--show-toplevel").stripTrailing();
        // Inside of a bare repository, or of .git itself, there is no work tree.
        return top.isEmpty() ? new WorkTree(directory.toAbsolutePath(), false) : new WorkTree(Path.of(top), true);
    }

    /** This very directory, also where it is a part of a work tree. */
    public static WorkTree of(Path directory) {
        return new WorkTree(directory.toAbsolutePath(), hasGit(directory));
    }

    private static boolean hasGit(Path directory) {
        for (Path at = directory.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
        }
        return false;
    }

    /** Where it is. */
    public Path root() {
        return root;
    }

    /** Its name: the last part of where it was cloned from, or else of the directory. */
    public String name() {
        String remote = git.ask("remote", "get-url", "origin").orElse("");
        String last = remote.replaceFirst("/+$", "").replaceFirst("\\.git$", "").replaceFirst("^.*[/:]", "");
        Path directory = root.getFileName();
        return last.isEmpty() ? (directory == null ? "pipeline" : directory.toString()) : last;
    }

    /** The branch, if there is one. */
    public Optional<String> branch() {
        return git.ask("symbolic-ref", "--short", "HEAD");
    }

    /** The commit; 40 zeros where there is none. */
    public String commit() {
        return git.ask("rev-parse", "--verify", "HEAD").orElse("0".repeat(40));
    }

    /** The first line of the last commit's message. */
    public Optional<String> subject() {
        return git.ask("log", "-1", "--format=%s");
    }

    /**
     * The files as {@code .tar.gz}.
     *
     * @param absent hears of the submodules that are not in it, because they are not checked out
     * @throws CommandException if git fails, or if it is larger than the server takes; the message names the largest files
     */
    public byte[] pack(Consumer<String> absent) throws IOException, CommandException {
        TreeFiles files = isGit ? TreeFiles.known(root) : TreeFiles.all(root);
        files.absentSubmodules().forEach(absent);
        return new TreeArchive(root, files.paths()).pack();
    }
}
