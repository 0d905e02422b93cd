package dev.trivet.cli;

import dev.trivet.cli.command.Commands;
import dev.trivet.cli.house.RealHouse;
import java.time.Clock;

/** The program. */
public final class Main {
    private Main() {}

    /** Executes one command and exits with its code ({@link ExitCode}). */
    public static void main(String[] arguments) {
        System.exit(Commands.line(Surroundings.ofProcess(), new RealHouse(Clock.systemUTC())).execute(arguments));
    }
}
