package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Makes the tree of an archive. Everything in it is new, so nothing is written through a link: not through one of the archive, because a link
 * has no entries, and not through one that was there before.
 */
public final class NarRestore {
    private NarRestore() {}

    /**
     * Restores an archive.
     *
     * @param target must not exist, its parent must; whatever fails, what was made until then is left
     * @return the archive's size in bytes
     * @throws NarFormatException if the archive is wrong
     * @throws IOException if something cannot be written, or the target exists
     */
    public static long restore(InputStream in, Path target, NarLimits limits) throws IOException {
        return NarReader.read(in, new Making(target), limits);
    }

    private record Making(Path target) implements NarVisitor {
        @Override
        public void directory(NarPath path) throws IOException {
            Files.createDirectory(path.under(target));
        }

        @Override
        public void file(NarPath path, boolean executable, long size, long offset, InputStream content)
                throws IOException {
            Path file = path.under(target);
            try (OutputStream out = Files.newOutputStream(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                content.transferTo(out);
            }
            if (executable) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }

        @Override
        public void link(NarPath path, byte[] to) throws IOException {
            Path link = path.under(target);
            Files.createSymbolicLink(link, RawNames.path(to));
            if (!Arrays.equals(to, RawNames.ofTarget(Files.readSymbolicLink(link)))) {
                throw new IOException("the link " + path + " cannot be made to lead to exactly '" + RawNames.shown(to)
                        + "': slashes that follow another or are the last get lost");
            }
        }
    }
}
