package dev.trivet.runner;

import dev.trivet.core.plan.FileSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The files of a plan as a tar stream for {@code /}, owned by the job's user. */
final class HomeTar {
    /** The user {@code build} of every image. */
    private static final int BUILD_ID = 1000;

    private HomeTar() {}

    static InputStream of(List<FileSpec> files, String user, String home) {
        int owner = user.equals("root") ? 0 : BUILD_ID;
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (String directory : directories(files, home)) {
                tar.putArchiveEntry(owned(new TarArchiveEntry(directory + "/"), owner, 0755));
                tar.closeArchiveEntry();
            }
            for (FileSpec file : files) {
                byte[] content = file.text().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = owned(new TarArchiveEntry(file.path().substring(1)), owner, file.mode());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static TarArchiveEntry owned(TarArchiveEntry entry, int owner, int mode) {
        entry.setIds(owner, owner);
        entry.setMode(mode);
        return entry;
    }

    /** True if every image has this directory. */
    static boolean isHome(String directory) {
        return directory.equals("/root") || directory.startsWith("/home/");
    }

    /** The job's directory where images do not have it, and those below it that the files need; those above belong to the image. */
    private static Set<String> directories(List<FileSpec> files, String home) {
        Set<String> directories = new LinkedHashSet<>();
        if (!isHome(home)) {
            directories.add(home.substring(1));
        }
        for (FileSpec file : files) {
            for (int slash = file.path().indexOf('/', 1);
                    slash > 0;
                    slash = file.path().indexOf('/', slash + 1)) {
                String directory = file.path().substring(0, slash);
                if (directory.startsWith(home + "/")) {
                    directories.add(directory.substring(1));
                }
            }
        }
        return directories;
    }
}
