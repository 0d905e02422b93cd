package dev.trivet.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** A file that was named on the command line, or standard input, read once. Immutable. */
public final class InputFile {
    private static final int MOST = 16 << 20;

    private final String name;
    private final Path directory;
    private final byte[] bytes;

    private InputFile(String name, Path directory, byte[] bytes) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.directory = Objects.requireNonNull(directory, "directory is null");
        this.bytes = bytes;
    }

    /**
     * Reads one.
     *
     * @param what it should be, for messages: such as {@code a manifest}
     * @throws CommandException with exit code 2 if it cannot be read or has more than 16 MiB
     */
    public static InputFile read(String name, String what, Surroundings surroundings) throws CommandException {
        boolean standard = name.equals("-");
        Path file =
                surroundings.workingDirectory().resolve(name).toAbsolutePath().normalize();
        Path parent = file.getParent();
        try (InputStream in = standard ? surroundings.input() : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw CommandException.usage(
                        shown(name) + " has more than " + (MOST >> 20) + " MiB: that is not " + what);
            }
            return new InputFile(name, standard || parent == null ? surroundings.workingDirectory() : parent, bytes);
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no file " + name + ". Name " + what + ", or - for standard input.");
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
            throw CommandException.usage("cannot read " + shown(name) + ": " + reason);
        }
    }

    /** As it was named; {@code -} is standard input. */
    public String name() {
        return name;
    }

    /** Where it lies; the working directory for standard input. */
    public Path directory() {
        return directory;
    }

    /** What people call it. */
    public String shown() {
        return shown(name);
    }

    /** Its text. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    private static String shown(String name) {
        return name.equals("-") ? "standard input" : name;
    }
}
