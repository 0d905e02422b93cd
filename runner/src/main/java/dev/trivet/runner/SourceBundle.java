package dev.trivet.runner;

import dev.trivet.core.plan.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A git repository of this host, packed into one file that a sandbox can clone from: a sandbox sees no directory of the host. Only for
 * operators who allow the scheme {@code file}.
 */
final class SourceBundle implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int SHOWN = 2000;

    private final Path bundle;

    private SourceBundle(Path bundle) {
        this.bundle = bundle;
    }

    /** Whether this URL names a directory of the runner's host. */
    static boolean isLocal(String url) {
        return url.startsWith("file:") || url.startsWith("git+file:") || url.startsWith("/");
    }

    static SourceBundle of(String url, Path work) throws JobEnd {
        Path repository = path(url);
        if (!Files.isDirectory(repository)) {
            throw JobEnd.failed(
                    Reason.SETUP_FAILED, "there is no repository at " + repository + " on the runner's host");
        }
        Path bundle;
        try {
            Files.createDirectories(work);
            bundle = Files.createTempFile(work, "source-", ".bundle");
        } catch (IOException failed) {
            throw JobEnd.lost("no file can be made in " + work + ": " + failed.getMessage());
        }
        pack(repository, bundle);
        return new SourceBundle(bundle);
    }

    private static void pack(Path repository, Path bundle) throws JobEnd {
        // Whoever owns the repository: the operator has allowed it to be read.
        var command = List.of(
                "git",
                "-c",
                "safe.directory=*",
                "-C",
                repository.toString(),
                "bundle",
                "create",
                "--quiet",
                bundle.toString(),
                "HEAD",
                "--branches",
                "--tags");
        var builder = new ProcessBuilder(new ArrayList<>(command));
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        Path output = bundle.resolveSibling(bundle.getFileName() + ".log");
        try {
            Process git = builder.redirectOutput(output.toFile()).start();
            if (!git.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                git.destroyForcibly();
                throw JobEnd.failed(Reason.SETUP_FAILED, "packing the repository " + repository + " took too long");
            }
            if (git.exitValue() != 0) {
                String said = Files.readString(output);
                throw JobEnd.failed(
                        Reason.SETUP_FAILED,
                        "the repository " + repository + " cannot be packed: "
                                + said.substring(0, Math.min(SHOWN, said.length()))
                                        .strip());
            }
        } catch (IOException failed) {
            throw JobEnd.failed(
                    Reason.SETUP_FAILED,
                    "git cannot be run on the runner's host to pack " + repository + ": " + failed.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw JobEnd.lost("interrupted");
        } finally {
            deleteQuietly(output);
        }
    }

    private static Path path(String url) throws JobEnd {
        try {
            String plain = url.startsWith("git+") ? url.substring("git+".length()) : url;
            return plain.startsWith("/") ? Path.of(plain) : Path.of(URI.create(plain));
        } catch (IllegalArgumentException malformed) {
            throw JobEnd.failed(Reason.SETUP_FAILED, "'" + url + "' is no file URL: expected file:///absolute/path");
        }
    }

    /** A tar stream with the bundle under {@code name}. */
    InputStream tar(String name) throws IOException {
        var source = new PipedOutputStream();
        var sink = new PipedInputStream(source, 1 << 16);
        Thread.ofVirtual().name("source-tar").start(() -> write(name, source));
        return sink;
    }

    private void write(String name, OutputStream target) {
        try (var tar = new TarArchiveOutputStream(target)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            var entry = new TarArchiveEntry(name);
            entry.setSize(Files.size(bundle));
            entry.setMode(0644);
            tar.putArchiveEntry(entry);
            Files.copy(bundle, tar);
            tar.closeArchiveEntry();
        } catch (IOException broken) {
            // The reader sees a short archive and says so.
        }
    }

    @Override
    public void close() {
        deleteQuietly(bundle);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException leftBehind) {
            // A temporary file; the next start of the runner empties its work directory.
        }
    }
}
