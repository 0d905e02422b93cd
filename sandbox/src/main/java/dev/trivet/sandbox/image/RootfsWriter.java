package dev.trivet.sandbox.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes and removes the files of images as root of the sandboxes' own user namespace, so that owners are what a sandbox sees,
 * whether this process is root or an ordinary user.
 */
final class RootfsWriter {
    static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "HOME", "/");

    private final UnaryOperator<List<String>> asRoot;
    private final Ids ids;

    /** @param asRoot turns arguments into those that run them as root of that namespace */
    RootfsWriter(UnaryOperator<List<String>> asRoot) throws IOException {
        this.asRoot = asRoot;
        this.ids = findIds();
    }

    /** Which owners files can have. */
    enum Ids {
        /** The host's own: root inside owns what root outside does. */
        HOST,
        /** Many, which are others outside. */
        RANGE,
        /** Root's only. */
        SINGLE
    }

    Ids ids() {
        return ids;
    }

    /** What fills an archive. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream tar) throws IOException;
    }

    /** Unpacks an archive that this program made or has cleaned; the directory must exist. */
    void unpack(Content content, Path directory) throws IOException {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        List<String> argv = command(
                "tar",
                "--extract",
                "--file=-",
                "--directory=" + directory,
                "--numeric-owner",
                ids == Ids.SINGLE ? "--no-same-owner" : "--same-owner",
                "--preserve-permissions",
                "--delay-directory-restore",
                "--xattrs",
                "--xattrs-include=user.overlay.*",
                "--xattrs-include=trusted.overlay.*",
                "--warning=no-timestamp");
        try (HostProgram tar = HostProgram.talking(argv, ENVIRONMENT, line -> remember(said, line))) {
            IOException broken = null;
            try (OutputStream out = tar.stdin()) {
                content.writeTo(out);
            } catch (IOException e) {
                broken = e;
            }
            int code = tar.finish();
            // Tar's own words explain a pipe that it closed; everything else broke on our side.
            if (broken != null && (code == 0 || !"Broken pipe".equals(broken.getMessage()))) {
                throw broken;
            }
            if (code != 0) {
                throw new IOException("unpacking into " + directory + " failed (tar ended with " + code + "): "
                        + String.join("; ", said));
            }
        }
    }

    /** Removes a tree, whoever owns its files; a tree that is not there is none. */
    void remove(Path tree) throws IOException {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        int code = HostProgram.run(
                command("rm", "--recursive", "--force", "--one-file-system", "--", tree.toString()),
                ENVIRONMENT,
                line -> remember(said, line));
        if (code != 0) {
            throw new IOException("removing " + tree + " failed: " + String.join("; ", said));
        }
    }

    private Ids findIds() throws IOException {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        int code = HostProgram.run(command("cat", "/proc/self/uid_map"), ENVIRONMENT, line -> remember(said, line));
        if (code != 0 || said.isEmpty()) {
            throw new IOException("becoming root of a user namespace failed: " + String.join("; ", said));
        }
        List<String> root = List.of(said.getFirst().strip().split("\\s+", -1));
        long count = said.stream()
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
                .sum();
        if (count <= Accounts.ID) {
            return Ids.SINGLE;
        }
        return root.get(1).equals("0") ? Ids.HOST : Ids.RANGE;
    }

    private List<String> command(String... words) {
        return asRoot.apply(List.of(words));
    }

    private static void remember(List<String> lines, String line) {
        if (lines.size() < 20) {
            lines.add(line);
        }
    }
}
