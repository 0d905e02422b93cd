package dev.trivet.sandbox.image;

import java.nio.file.Path;
import java.util.List;

/** How an image is made. */
public sealed interface ImageRecipe {
    /**
     * A Debian suite from the mirrors of this machine, by mmdebstrap or debootstrap.
     *
     * @param codename such as {@code trixie}
     * @param packages what is installed beyond the essential ones and apt
     */
    record Suite(String codename, List<String> packages) implements ImageRecipe {
        public Suite {
            packages = List.copyOf(packages);
        }

        /** With what the images of builds.sr.ht have: root by sudo, bash, git, curl, ssh, certificates. */
        static Suite usual(DebianSuite suite) {
            return new Suite(
                    suite.codename(),
                    List.of(
                            "bash-completion",
                            "ca-certificates",
                            "curl",
                            "git",
                            "gnupg",
                            "less",
                            "locales",
                            "mercurial",
                            "openssh-client",
                            "procps",
                            "sudo",
                            "xz-utils",
                            "zstd"));
        }
    }

    /** A root file system in a tar archive, plain or compressed with gzip, xz or zstd (told by its content). */
    record Tarball(Path file) implements ImageRecipe {}

    /** A copy of a directory that holds a root file system. */
    record Directory(Path directory) implements ImageRecipe {}
}
