package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.harmont.pipeline.Definition;
import dev.trivet.harmont.pipeline.PipelineException;
import dev.trivet.harmont.pipeline.PipelineParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A rendered pipeline in a file.
 *
 * @param directory where it lies, or the working directory for standard input
 */
public record PipelineFile(String name, Path directory, String text, Definition definition) {
    /** Exit code for a pipeline that is rejected, as Harmont's own client has it. */
    public static final int REJECTED = 7;

    private static final int MOST = (16 << 20) + 1;

    /** True if the file of that name is a pipeline rather than a manifest. */
    public static boolean isOne(String name, Surroundings surroundings) {
        if (name.endsWith(".json")) {
            return true;
        }
        Path file = surroundings.workingDirectory().resolve(name);
        if (name.equals("-") || !Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(256), StandardCharsets.UTF_8)
                    .stripLeading()
                    .startsWith("{");
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** The only pipeline below {@code .hm} of the working directory. */
    public static String only(Surroundings surroundings) throws CommandException {
        List<Path> found = new ArrayList<>();
        Path folder = surroundings.workingDirectory().resolve(".hm");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            files.forEach(found::add);
        } catch (IOException absent) {
            throw CommandException.usage(
                    "there is no .hm directory here. Name a pipeline's JSON file, or - for standard input.");
        }
        if (found.size() != 1) {
            throw CommandException.usage(
                    "there are " + found.size() + " JSON files in .hm, expected one. Name the one that is meant.");
        }
        return found.getFirst().toString();
    }

    /**
     * Reads and checks one.
     *
     * @param name a path, or {@code -} for standard input
     * @throws CommandException with exit code 2 if it cannot be read, 7 if it is rejected
     */
    public static PipelineFile read(String name, Surroundings surroundings) throws CommandException {
        Path file =
                surroundings.workingDirectory().resolve(name).toAbsolutePath().normalize();
        Path parent = name.equals("-") ? surroundings.workingDirectory() : file.getParent();
        String text;
        try (InputStream in = name.equals("-") ? surroundings.input() : Files.newInputStream(file)) {
            text = new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no file " + name + ". Name a pipeline, or - for standard input.");
        } catch (IOException e) {
            throw CommandException.usage("cannot read " + name + ": " + e.getMessage());
        }
        try {
            Path directory = parent == null ? surroundings.workingDirectory() : parent;
            return new PipelineFile(name, directory, text, PipelineParser.parse(text));
        } catch (PipelineException e) {
            throw new CommandException(
                    REJECTED, name + " is rejected, " + e.code().wireName() + ": " + e.getMessage());
        }
    }
}
