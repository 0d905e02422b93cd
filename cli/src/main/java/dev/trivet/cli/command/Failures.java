package dev.trivet.cli.command;

import dev.trivet.accounts.AccountException;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.OutputClosedException;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.server.SettingsException;
import dev.trivet.store.BackupException;
import dev.trivet.store.DatabaseUnavailableException;
import dev.trivet.store.MigrationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong: one line for what can happen to anybody, a stack trace for what is our own mistake. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Output output;

    Failures(Output output) {
        this.output = output;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
        return switch (failure) {
            case OutputClosedException e -> ExitCode.OUTPUT_CLOSED;
            case CommandException e -> tell(e.exitCode(), String.valueOf(e.getMessage()));
            case ApiException e -> tell(code(e), String.valueOf(e.getMessage()));
            case IOException e -> tell(ExitCode.FAILED, e.getMessage() == null ? e.toString() : e.getMessage());
            case SettingsException e -> tell(ExitCode.USAGE, String.valueOf(e.getMessage()));
            case AccountException e -> tell(ExitCode.FAILED, String.valueOf(e.getMessage()));
            case SandboxException e -> tell(ExitCode.FAILED, String.valueOf(e.getMessage()));
            case DatabaseUnavailableException e -> tell(ExitCode.FAILED, String.valueOf(e.getMessage()));
            case MigrationException e -> tell(ExitCode.FAILED, String.valueOf(e.getMessage()));
            case BackupException e -> tell(ExitCode.FAILED, String.valueOf(e.getMessage()));
            case InterruptedException e -> tell(ExitCode.INTERRUPTED, "interrupted");
            default -> {
                var trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                yield tell(ExitCode.FAILED, "this should not happen; please report it:\n" + trace);
            }
        };
    }

    private static int code(ApiException refusal) {
        if (refusal.code().equals("build_plan_rejected")) {
            return ExitCode.REJECTED;
        }
        return refusal.badRequest() ? ExitCode.USAGE : ExitCode.FAILED;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                text.append(". Did you mean ").append(String.join(" or ", near)).append('?');
            }
        }
        return tell(ExitCode.USAGE, text + "\nSee: " + name + " --help");
    }

    private int tell(int code, String text) {
        output.error(text);
        return code;
    }
}
