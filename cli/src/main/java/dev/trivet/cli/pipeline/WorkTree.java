package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The files that a build gets: with git those that it knows and new ones that it does not ignore, otherwise all of the directory. {@code .git}
 * is never among them.
 */
public final class WorkTree {
    /** Largest archive that is sent, in bytes. */
    static final int MOST_BYTES = 16 << 20;

    private static final int SHOWN = 5;
    private static final long SECONDS = 30;

    private final Path root;
    private final boolean git;

    private WorkTree(Path root, boolean git) {
        this.root = root;
        this.git = git;
    }

    /** The work tree around a directory, or the directory itself where there is no git. */
    public static WorkTree around(Path directory) {
        Optional<String> top = git(directory, "rev-parse", "--show-toplevel");
        return top.map(path -> new WorkTree(Path.of(path), true))
                .orElse(new WorkTree(directory.toAbsolutePath(), false));
    }

    /** Where it is. */
    public Path root() {
        return root;
    }

    /** Its name: the last part of where it was cloned from, or else of the directory. */
    public String name() {
        String remote = git(root, "remote", "get-url", "origin").orElse("");
        String last = remote.replaceFirst("/+$", "").replaceFirst("\\.git$", "").replaceFirst("^.*[/:]", "");
        Path directory = root.getFileName();
        return last.isEmpty() ? (directory == null ? "pipeline" : directory.toString()) : last;
    }

    /** The branch, if there is one. */
    public Optional<String> branch() {
        return git(root, "symbolic-ref", "--short", "HEAD");
    }

    /** The commit; 40 zeros where there is none. */
    public String commit() {
        return git(root, "rev-parse", "--verify", "HEAD").orElse("0".repeat(40));
    }

    /** The first line of the last commit's message. */
    public Optional<String> subject() {
        return git(root, "log", "-1", "--format=%s");
    }

    /**
     * The files as {@code .tar.gz}.
     *
     * @throws CommandException if it is larger than the server takes; the message names the largest files
     */
    public byte[] pack() throws IOException, CommandException {
        List<String> paths = git ? known() : all();
        var bytes = new ByteArrayOutputStream();
        try (var tar =
                new TarArchiveOutputStream(new GZIPOutputStream(bounded(bytes)), StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            for (String path : paths) {
                add(tar, path);
            }
        } catch (TooLargeException tooLarge) {
            throw CommandException.usage("the working tree " + root + " has more than " + (MOST_BYTES >> 20)
                    + " MiB when packed. Largest files: " + largest(paths)
                    + ". Let git ignore what can be made again.");
        }
        return bytes.toByteArray();
    }

    private void add(TarArchiveOutputStream tar, String path) throws IOException {
        Path file = root.resolve(path);
        TarArchiveEntry entry;
        if (Files.isSymbolicLink(file)) {
            entry = new TarArchiveEntry("./" + path, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(file).toString());
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            entry = new TarArchiveEntry("./" + path);
            entry.setSize(Files.size(file));
            entry.setMode(Files.isExecutable(file) ? 0100755 : 0100644);
            entry.setModTime(Files.getLastModifiedTime(file));
        } else {
            // Deleted, a submodule, a socket: nothing that can be packed.
            return;
        }
        tar.putArchiveEntry(entry);
        if (!Files.isSymbolicLink(file)) {
            Files.copy(file, tar);
        }
        tar.closeArchiveEntry();
    }

    private List<String> known() throws CommandException {
        String listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                .orElse("");
        return Arrays.stream(listed.split("\0", -1))
                .filter(path -> !path.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private List<String> all() throws IOException {
        List<String> paths = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.endsWith(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                paths.add(root.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }
        });
        paths.sort(Comparator.naturalOrder());
        return paths;
    }

    private String largest(List<String> paths) {
        return paths.stream()
                .sorted(Comparator.comparingLong((String path) -> size(root.resolve(path)))
                        .reversed())
                .limit(SHOWN)
                .map(path -> path + " (" + (size(root.resolve(path)) >> 10) + " KiB)")
                .collect(Collectors.joining(", "));
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }

    /** What git prints; empty if it fails or is not there. */
    private static Optional<String> git(Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean good = process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            String plain = said.endsWith("\n") ? said.substring(0, said.length() - 1) : said;
            return good && !plain.isEmpty() ? Optional.of(plain) : Optional.empty();
        } catch (IOException noGit) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static OutputStream bounded(ByteArrayOutputStream bytes) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] more, int offset, int length) throws IOException {
                if (bytes.size() + length > MOST_BYTES) {
                    throw new TooLargeException();
                }
                bytes.write(more, offset, length);
            }
        };
    }

    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
