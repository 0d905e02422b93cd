package dev.trivet.cli.command;

import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.srht.manifest.ManifestException;
import dev.trivet.srht.manifest.ManifestParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a manifest from a file, or from standard input, and explains what is wrong with it before anything is sent anywhere. */
final class ManifestFile {
    /** More than any manifest may have; the rest of a huge input is not read. */
    private static final int MOST = 4 * ManifestParser.MAX_LENGTH + 1;

    private ManifestFile() {}

    /**
     * The text of a valid manifest.
     *
     * @param name a path, or {@code -} for standard input
     * @throws CommandException with exit code 2 if there is none or it is wrong; the message shows place and fix
     */
    static String read(String name, Surroundings surroundings) throws CommandException {
        String shown = name.equals("-") ? "standard input" : name;
        byte[] bytes = bytes(name, surroundings);
        try {
            ManifestParser.parse(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (ManifestException e) {
            throw CommandException.usage(e.explain(shown, new String(bytes, StandardCharsets.UTF_8)));
        }
    }

    private static byte[] bytes(String name, Surroundings surroundings) throws CommandException {
        Path file = surroundings.workingDirectory().resolve(name);
        try (InputStream in = name.equals("-") ? surroundings.input() : Files.newInputStream(file)) {
            return in.readNBytes(MOST);
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no file " + name + ". Name a manifest, or - for standard input.");
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
            throw CommandException.usage("cannot read " + name + ": " + reason);
        }
    }
}
