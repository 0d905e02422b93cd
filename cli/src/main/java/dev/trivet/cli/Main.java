package dev.trivet.cli;

import dev.trivet.cli.command.Commands;
import dev.trivet.cli.house.RealHouse;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.time.Clock;

/** The program. */
public final class Main {
    /** Level of our own log messages; see logback.xml. */
    private static final String LOG = "trivet.log";

    private Main() {}

    /** Executes one command and exits with its code ({@link ExitCode}). */
    public static void main(String[] arguments) {
        if (System.getProperty(LOG) == null && (arguments.length == 0 || !arguments[0].equals("serve"))) {
            System.setProperty(LOG, "WARN"); // a server tells what it does, a command does it
        }
        System.exit(Commands.line(Surroundings.ofProcess(), new RealHouse(Clock.systemUTC()))
                .execute(arguments));
    }
}
