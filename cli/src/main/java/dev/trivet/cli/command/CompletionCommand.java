package dev.trivet.cli.command;

import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: a script that teaches a shell the commands and options. */
@Command(
        name = "completion",
        description = "Print a completion script for a shell.",
        footer = {"", "bash, zsh:  source <(trivet completion bash)", "fish:       trivet completion fish | source"})
final class CompletionCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The shells that there is a script for. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        surroundings
                .output()
                .text(
                        switch (shell) {
                            case BASH, ZSH ->
                                AutoComplete.bash("trivet", root); // it sets zsh up for bash's way by itself
                            case FISH -> FishCompletion.script("trivet", root);
                        });
        return ExitCode.SUCCESS;
    }
}
