package dev.trivet.cli.command;

import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help}: the usage of the program, or of a command. */
@Command(name = "help", description = "Show how to use Trivet, or one of its commands.")
final class HelpCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command, such as: db backup")
    private List<String> path = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    HelpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandException {
        CommandLine command = spec.root().commandLine();
        for (String name : path) {
            CommandLine next = command.getSubcommands().get(name);
            if (next == null) {
                throw CommandException.usage("there is no command '" + String.join(" ", path) + "'");
            }
            command = next;
        }
        surroundings.output().text(command.getUsageMessage(command.getColorScheme()));
        return ExitCode.SUCCESS;
    }
}
