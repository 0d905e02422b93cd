package dev.trivet.cli;

import dev.trivet.cli.command.Commands;
import dev.trivet.cli.house.House;

/** The program. */
public final class Main {
    private Main() {}

    /** Executes one command and exits with its code ({@link ExitCode}). */
    public static void main(String[] arguments) {
        House house = settings -> {
            throw new CommandException("no server");
        };
        System.exit(Commands.line(Surroundings.ofProcess(), house).execute(arguments));
    }
}
