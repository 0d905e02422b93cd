package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.Reason;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Execution;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.OutputSink;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import java.io.IOException;

/** Runs commands of one attempt in its sandbox and tells how they ended. */
final class Commands {
    private final Stopper stopper;

    Commands(Stopper stopper) {
        this.stopper = requireNonNull(stopper, "stopper is null");
    }

    /**
     * Runs a command to its end.
     *
     * @return its exit code
     * @throws JobEnd if it ended otherwise: stopped, by a limit, or with its sandbox
     */
    int run(Sandbox sandbox, Command command, OutputSink log, String step) throws JobEnd {
        Execution execution;
        try {
            execution = sandbox.start(command, log);
        } catch (SandboxException failed) {
            throw stopper.cause()
                    .map(cause -> JobEnd.stopped(cause, step))
                    .orElseGet(() -> JobEnd.lost("the command could not be started: " + failed.getMessage()));
        }
        try (Stopper.Registration _ = stopper.onStop(execution::kill)) {
            execution.stdin().close();
            Exit exit = execution.exit().join();
            if (stopper.cause().isPresent()) {
                throw JobEnd.stopped(stopper.cause().get(), step);
            }
            return code(exit, step);
        } catch (IOException failed) {
            throw JobEnd.lost("the command's input could not be closed: " + failed.getMessage());
        }
    }

    private static int code(Exit exit, String step) throws JobEnd {
        return switch (exit) {
            case Exit.Code(int code) -> code;
            case Exit.Signalled(int signal) ->
                throw JobEnd.failed(Reason.SIGNAL, 128 + signal, "signal " + signal + " ended the command", step);
            case Exit.OutOfMemory() ->
                throw JobEnd.failed(Reason.OUT_OF_MEMORY, null, "the memory limit was reached", step);
            case Exit.DiskFull(long limit) ->
                throw JobEnd.failed(
                        Reason.DISK_LIMIT, null, "more than " + limit + " bytes were written to disk", step);
            case Exit.Lost(String why) -> throw JobEnd.lost(why);
        };
    }
}
