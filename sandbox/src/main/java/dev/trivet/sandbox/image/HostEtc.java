package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The part of this machine's {@code /etc} that a job may see, by a list of what is allowed: configuration files that are as their
 * packages brought them, symbolic links into {@code /usr} or within {@code /etc}, a few files that are public by their nature, and
 * public certificates. Anything that an operator wrote for this machine is not among them.
 */
final class HostEtc {
    /** Public by nature, needed by programs, and not conffiles or often changed by images. */
    private static final List<String> PUBLIC = List.of(
            "bash.bashrc",
            "debian_version",
            "host.conf",
            "inputrc",
            "issue",
            "ld.so.cache",
            "ld.so.conf",
            "locale.alias",
            "locale.gen",
            "login.defs",
            "magic",
            "mime.types",
            "networks",
            "profile",
            "protocols",
            "rpc",
            "services",
            "timezone");

    /** Directories of which everything is of that kind. */
    private static final List<String> PUBLIC_DIRECTORIES = List.of("ld.so.conf.d");

    /** Made by this program, or of no use in a sandbox. */
    private static final List<String> LEFT_OUT = List.of(
            "etc/apt/apt.conf.d/", "etc/apt/sources.list.d/", "etc/ssl/", "etc/systemd/", "etc/sudoers", "etc/rc");

    private static final Set<String> APT_KEPT =
            Set.of("etc/apt/apt.conf.d/01autoremove", "etc/apt/apt.conf.d/70debconf");
    private static final long SIZE_LIMIT = 4L << 20;
    private static final byte[] PRIVATE_KEY = "PRIVATE KEY".getBytes(StandardCharsets.US_ASCII);

    private final Path etc;
    private final Conffiles conffiles;

    HostEtc(Path etc, Conffiles conffiles) {
        this.etc = etc;
        this.conffiles = conffiles;
    }

    void copyTo(TarTree tree) throws IOException {
        tree.directory("etc", 0755);
        conffiles.unchanged().forEach((name, content) -> {
            String path = name.substring(1);
            if (!leftOut(path)) {
                boolean script = path.startsWith("etc/init.d/") || path.startsWith("etc/cron.");
                tree.file(path, content, script ? 0755 : 0644, 0, 0);
            }
        });
        for (String name : PUBLIC) {
            copyFile(tree, etc.resolve(name), "etc/" + name);
        }
        for (String name : PUBLIC_DIRECTORIES) {
            copyFlat(tree, etc.resolve(name), "etc/" + name);
        }
        copyLinks(tree);
        copyCertificates(tree);
    }

    private static boolean leftOut(String path) {
        return !APT_KEPT.contains(path) && LEFT_OUT.stream().anyMatch(path::startsWith);
    }

    private void copyLinks(TarTree tree) throws IOException {
        Files.walkFileTree(etc, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    Path target = Files.readSymbolicLink(file);
                    Path meant = file.resolveSibling(target).normalize();
                    String path = "etc/" + etc.relativize(file);
                    boolean inside =
                            (meant.startsWith("/usr") && !meant.startsWith("/usr/local")) || meant.startsWith(etc);
                    if (inside && !leftOut(path) && !tree.contains(path)) {
                        tree.link(path, target.toString());
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void copyCertificates(TarTree tree) throws IOException {
        tree.directory("etc/ssl/private", 0700);
        copyFile(tree, etc.resolve("ssl/openssl.cnf"), "etc/ssl/openssl.cnf");
        copyFlat(tree, etc.resolve("ssl/certs"), "etc/ssl/certs");
        copyFile(tree, etc.resolve("ssl/certs/java/cacerts"), "etc/ssl/certs/java/cacerts");
        copyFile(tree, etc.resolve("ca-certificates.conf"), "etc/ca-certificates.conf");
    }

    private static void copyFlat(TarTree tree, Path directory, String path) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                copyFile(tree, entry, path + "/" + entry.getFileName());
            }
        }
    }

    private static void copyFile(TarTree tree, Path file, String path) throws IOException {
        if (tree.contains(path)) {
            return;
        }
        if (Files.isSymbolicLink(file)) {
            tree.link(path, Files.readSymbolicLink(file).toString());
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.isReadable(file)
                && publiclyReadable(file)) {
            byte[] content = Files.readAllBytes(file);
            if (!contains(content, PRIVATE_KEY)) {
                tree.file(path, content, 0644, 0, 0);
            }
        }
    }

    private static boolean publiclyReadable(Path file) throws IOException {
        boolean forAll = ((Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 04) != 0;
        return forAll && Files.size(file) <= SIZE_LIMIT;
    }

    private static boolean contains(byte[] text, byte[] word) {
        for (int start = 0; start + word.length <= text.length; start++) {
            int matched = 0;
            while (matched < word.length && text[start + matched] == word[matched]) {
                matched++;
            }
            if (matched == word.length) {
                return true;
            }
        }
        return false;
    }
}
