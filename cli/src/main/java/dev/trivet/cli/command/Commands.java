package dev.trivet.cli.command;

import dev.trivet.cli.house.House;
import dev.trivet.cli.process.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All commands, put together. */
public final class Commands {
    private Commands() {}

    /** The command line of the program, ready to be executed once. */
    public static CommandLine line(Surroundings surroundings, House house) {
        var run = new CommandLine(new RunCommand(surroundings, house));
        var line = new CommandLine(new Trivet())
                .addSubcommand(run)
                .addSubcommand(new RenderCommand(surroundings))
                .addSubcommand(new ServeCommand(surroundings, house))
                .addSubcommand(new SubmitCommand(surroundings))
                .addSubcommand(new StartCommand(surroundings))
                .addSubcommand(new ListCommand(surroundings))
                .addSubcommand(new ShowCommand(surroundings))
                .addSubcommand(new LogsCommand(surroundings))
                .addSubcommand(new CancelCommand(surroundings))
                .addSubcommand(new ArtifactsCommand(surroundings))
                .addSubcommand(new ImageCommand(surroundings))
                .addSubcommand(new UserCommand(surroundings))
                .addSubcommand(new TokenCommand(surroundings))
                .addSubcommand(new RunnerCommand(surroundings))
                .addSubcommand(new RunnerTokenCommand(surroundings))
                .addSubcommand(new DatabaseCommand(surroundings))
                .addSubcommand(new DoctorCommand(surroundings))
                .addSubcommand(new TrainCommand(surroundings, house))
                .addSubcommand(new CompletionCommand(surroundings))
                .addSubcommand(new VersionCommand(surroundings))
                .addSubcommand(new HelpCommand(surroundings));
        withHelp(line);
        line.getCommandSpec().version("trivet " + VersionCommand.version());
        var environment = surroundings.environment();
        line.setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        surroundings.output().colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setOut(surroundings.output().writer())
                .setUsageHelpLongOptionsMaxWidth(28)
                .setUsageHelpWidth(110)
                .setParameterExceptionHandler(new Failures(surroundings.output()))
                .setExecutionExceptionHandler(new Failures(surroundings.output()));
        run.setDefaultValueProvider(new EnvironmentDefaults(RunCommand.own(environment)));
        return line;
    }

    /**
     * Gives every command --help and --version. A command that is a method has them by its annotation: picocli finds the arguments of
     * methods by position and wants these two first.
     */
    private static void withHelp(CommandLine command) {
        if (!command.getCommandSpec().mixinStandardHelpOptions()) {
            command.getCommandSpec().mixinStandardHelpOptions(true);
        }
        command.getSubcommands().values().forEach(Commands::withHelp);
    }

    /** The program without a command. */
    @Command(
            name = "trivet",
            description = "A build server: runs build manifests in sandboxes.",
            synopsisSubcommandLabel = "COMMAND",
            footer = {
                "",
                "Every option may stand in the environment too: --some-thing as TRIVET_SOME_THING.",
                "./trivet test [ARG…] runs the tests of Trivet itself, ./trivet bench [NAME] its benchmarks.",
                "Start with:  ./trivet run examples/hello.yml"
            })
    static final class Trivet implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "no command was given");
        }
    }
}
