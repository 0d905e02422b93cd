package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.image.Image;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The image of the self-test: the programs and libraries of the host and nothing else of it. Works on every host, at once. */
final class HostTools {
    static final String NAME = "self-test";

    private static final List<String> PROGRAMS = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    private HostTools() {}

    /** @param directory where its few own files are; made when missing */
    static Image image(Path directory) throws IOException {
        var parts = new ArrayList<Image.Part>();
        for (var folder : List.of("etc", "usr", "root", "home/build")) {
            Files.createDirectories(directory.resolve(folder));
        }
        for (var name : PROGRAMS) {
            var original = Path.of("/", name);
            if (Files.isSymbolicLink(original)) {
                link(directory.resolve(name), Files.readSymbolicLink(original));
            } else if (Files.isDirectory(original)) {
                Files.createDirectories(directory.resolve(name));
                parts.add(new Image.Part(name, List.of(original)));
            }
        }
        parts.add(new Image.Part("usr", List.of(Path.of("/usr"))));
        Files.writeString(
                directory.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nbuild:x:1000:1000::/home/build:/bin/sh\n");
        Files.writeString(directory.resolve("etc/group"), "root:x:0:\nbuild:x:1000:\n");
        return new Image(NAME, NAME, List.of(directory), parts);
    }

    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createSymbolicLink(file, target);
        } catch (FileAlreadyExistsException e) {
            // from an earlier start
        }
    }
}
