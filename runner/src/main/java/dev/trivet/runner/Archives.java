package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.blobs.tar.SourceArchive;
import dev.trivet.core.plan.ArchiveSpec;
import dev.trivet.core.plan.Reason;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks a job's source archives into its sandbox; never trusts them, though the server has checked them before. */
final class Archives {
    private static final int PIPE = 1 << 16;

    private final ServerLink link;

    Archives(ServerLink link) {
        this.link = requireNonNull(link, "link is null");
    }

    void unpack(List<ArchiveSpec> archives, Sandbox sandbox, SetupLog log) throws JobEnd {
        for (ArchiveSpec archive : archives) {
            log.say("Unpacking the sources into " + archive.directory());
            unpack(archive, sandbox);
        }
    }

    private void unpack(ArchiveSpec archive, Sandbox sandbox) throws JobEnd {
        var reading = new Reading();
        try (InputStream tar = safeTar(archive, reading)) {
            sandbox.putTar(archive.directory(), tar);
        } catch (IOException | SandboxException failed) {
            if (reading.problem == null) {
                throw JobEnd.lost("the sources could not be unpacked: " + failed.getMessage());
            }
        }
        IOException problem = reading.problem;
        if (problem instanceof FileNotFoundException) {
            throw JobEnd.lost("the sources could not be fetched: " + problem.getMessage());
        }
        if (problem != null) {
            throw JobEnd.failed(Reason.SETUP_FAILED, "the sources could not be unpacked: " + problem.getMessage());
        }
    }

    /** The archive as a tar stream that is safe to unpack, with the archive itself as its last file. */
    private InputStream safeTar(ArchiveSpec archive, Reading reading) throws IOException {
        var source = new PipedOutputStream();
        var sink = new PipedInputStream(source, PIPE);
        Thread.ofVirtual().name("unpack-" + archive.keptAs()).start(() -> {
            try (source) {
                copy(archive, source, reading);
            } catch (IOException gone) {
                // The sandbox has ended, which is told by itself.
            }
        });
        return sink;
    }

    /** What is wrong is noted before the stream ends: the sandbox takes the end for a good one. */
    private void copy(ArchiveSpec archive, PipedOutputStream to, Reading reading) {
        try (InputStream content = link.blob(archive.blob())) {
            SourceArchive.copy(content, to, SourceArchive.Bounds.USUAL, tar -> addItself(archive, tar));
        } catch (IOException failed) {
            reading.problem = failed;
        }
    }

    private void addItself(ArchiveSpec archive, TarArchiveOutputStream tar) throws IOException {
        var entry = new TarArchiveEntry(archive.keptAs());
        entry.setSize(archive.size());
        entry.setMode(0644);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
        try (InputStream content = link.blob(archive.blob())) {
            content.transferTo(tar);
        }
        tar.closeArchiveEntry();
    }

    /** How the reading of an archive went. */
    private static final class Reading {
        private volatile @Nullable IOException problem;
    }
}
