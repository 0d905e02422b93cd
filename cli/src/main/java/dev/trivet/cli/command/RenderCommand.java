package dev.trivet.cli.command;

import dev.trivet.cli.pipeline.PipelineFile;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.harmont.pipeline.PipelineText;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code render}: shows what a pipeline would run, without running anything. */
@Command(
        name = "render",
        description = "Show what a pipeline would run: in words, or as a graph for Graphviz.",
        footer = {"", "Exit codes: 0 good, 2 usage, 7 the pipeline is rejected."})
final class RenderCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or dot (default: text).")
    private Format format = Format.TEXT;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "The pipeline's JSON; - is standard input (default: the one in .hm).")
    private @Nullable String file;

    /** How it is shown. */
    enum Format {
        TEXT,
        DOT
    }

    RenderCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        PipelineFile pipeline = PipelineFile.read(file == null ? PipelineFile.only(surroundings) : file, surroundings);
        surroundings
                .output()
                .text(
                        switch (format) {
                            case TEXT -> PipelineText.asText(pipeline.definition());
                            case DOT -> PipelineText.asGraph(pipeline.definition());
                        });
        return ExitCode.SUCCESS;
    }
}
