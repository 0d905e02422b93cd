package dev.trivet.cli.process;

/** A command cannot go on. The message is for the user: what was seen, what to do. Nothing else is printed. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** The command did not work out. */
    public CommandException(String message) {
        this(ExitCode.FAILED, message);
    }

    /** An exception with an exit code of its own. */
    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The user asked for something that cannot be. */
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    /** What the shell gets. */
    public int exitCode() {
        return exitCode;
    }
}
