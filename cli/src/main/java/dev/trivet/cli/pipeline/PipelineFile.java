package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.InputFile;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.harmont.pipeline.Definition;
import dev.trivet.harmont.pipeline.PipelineException;
import dev.trivet.harmont.pipeline.PipelineParser;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A rendered pipeline in a file.
 *
 * @param directory where it lies, or the working directory for standard input
 */
public record PipelineFile(String name, Path directory, String text, Definition definition) {
    /** A member that pipelines have and manifests, which may be JSON too, have not. */
    private static final Pattern MEMBER = Pattern.compile("\"(?:version|steps|graph)\"\\s*:");

    public PipelineFile {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(directory, "directory is null");
        Objects.requireNonNull(text, "text is null");
        Objects.requireNonNull(definition, "definition is null");
    }

    /** True if it is a pipeline rather than a manifest. */
    public static boolean isOne(InputFile file) {
        if (file.name().endsWith(".json")) {
            return true;
        }
        String text = file.text();
        return text.stripLeading().startsWith("{") && MEMBER.matcher(text).find();
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
        return check(InputFile.read(name, "a pipeline", surroundings));
    }

    /**
     * Checks one.
     *
     * @throws CommandException with exit code 7 if it is rejected
     */
    public static PipelineFile check(InputFile file) throws CommandException {
        String text = file.text();
        try {
            return new PipelineFile(file.shown(), file.directory(), text, PipelineParser.parse(text));
        } catch (PipelineException e) {
            throw new CommandException(
                    ExitCode.REJECTED,
                    file.shown() + " is rejected, " + e.code().wireName() + ": " + e.getMessage());
        }
    }
}
