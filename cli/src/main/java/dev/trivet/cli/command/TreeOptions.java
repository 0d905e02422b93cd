package dev.trivet.cli.command;

import dev.trivet.cli.pipeline.PipelineFile;
import dev.trivet.cli.pipeline.WorkTree;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which files a pipeline is run on. */
final class TreeOptions {
    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Run a pipeline on this directory (default: the git work tree around its file, or the file's"
                    + " directory; of standard input the current one).")
    private @Nullable Path directory;

    /** The files for this pipeline. */
    WorkTree tree(PipelineFile pipeline, Surroundings surroundings) throws CommandException {
        if (directory == null) {
            return WorkTree.around(pipeline.directory());
        }
        Path named = surroundings.workingDirectory().resolve(directory).normalize();
        if (!Files.isDirectory(named)) {
            throw CommandException.usage("--directory names '" + directory + "', which is no directory");
        }
        return WorkTree.of(named);
    }

    /** Refuses the option for a manifest, which names its sources itself. */
    void checkManifest() throws CommandException {
        if (directory != null) {
            throw CommandException.usage("--directory is for pipelines: a manifest names its sources itself");
        }
    }
}
