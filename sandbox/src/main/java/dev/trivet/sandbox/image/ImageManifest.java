package dev.trivet.sandbox.image;

import java.time.Instant;
import java.util.List;

/**
 * What {@code image.json} says beside an image's files. It is written last: an image without it is not there.
 *
 * @param format version of this record; images of another one are made anew
 * @param name canonical name
 * @param aliases further names it answers to
 * @param distribution what its {@code os-release} says, such as {@code debian/bookworm}
 * @param arch as Debian names it
 * @param digest of its content, hexadecimal
 * @param user account that jobs run as
 * @param home its home directory
 * @param packageManager id of a {@link PackageManager}
 * @param hostDirectories directories of the host that show through; see {@link Image}
 * @param origin how it was made, for people
 * @param made when
 * @param bytes size of its files
 */
public record ImageManifest(
        int format,
        String name,
        List<String> aliases,
        String distribution,
        String arch,
        String digest,
        String user,
        String home,
        String packageManager,
        List<String> hostDirectories,
        String origin,
        Instant made,
        long bytes) {
    static final int FORMAT = 1;

    public ImageManifest {
        aliases = List.copyOf(aliases);
        hostDirectories = List.copyOf(hostDirectories);
    }

    boolean answersTo(String wanted) {
        return name.equals(wanted) || aliases.contains(wanted);
    }
}
