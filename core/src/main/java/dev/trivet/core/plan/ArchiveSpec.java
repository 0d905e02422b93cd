package dev.trivet.core.plan;

import java.util.Objects;

/**
 * A {@code .tar.gz} of sources, unpacked before the first step; also over the snapshot that a job builds in, whose other files stay.
 *
 * @param blob SHA-256 of the archive in hex
 * @param size of the archive in bytes
 * @param directory where to, absolute in the sandbox
 * @param keptAs name of the file in {@code directory} under which the archive itself is left
 */
public record ArchiveSpec(String blob, long size, String directory, String keptAs) {
    public ArchiveSpec {
        Objects.requireNonNull(blob, "blob is null");
        if (!directory.startsWith("/") || directory.contains("\0")) {
            throw new IllegalArgumentException("a directory in the sandbox is absolute, not: " + directory);
        }
        if (keptAs.isEmpty() || keptAs.contains("/")) {
            throw new IllegalArgumentException("an archive is kept under a plain file name, not: " + keptAs);
        }
    }
}
