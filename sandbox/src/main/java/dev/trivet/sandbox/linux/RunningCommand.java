package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Execution;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.OutputSink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A command that runs as a child process of ours, its output pumped by a platform thread of its own. */
final class RunningCommand implements Execution {
    private final Process process;
    private final OutputPipe pipe;
    private final Actions actions;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();

    /** What depends on the kind of sandbox. */
    interface Actions {
        void signal(RunningCommand command, int number);

        void kill(RunningCommand command);

        /** Tells how it ended from the exit code of the child process. */
        Exit exit(int code);

        /** The command is over; called before {@link Execution#exit} completes. */
        void ended(RunningCommand command);
    }

    private RunningCommand(Process process, OutputPipe pipe, Actions actions) {
        this.process = process;
        this.pipe = pipe;
        this.actions = actions;
    }

    /** Starts the child; {@code registered} sees the command before its first byte of output is pumped. */
    static RunningCommand start(
            ProcessBuilder builder, OutputSink sink, Actions actions, Consumer<RunningCommand> registered)
            throws IOException {
        var pipe = new OutputPipe();
        Process process;
        try {
            process = builder.redirectErrorStream(true)
                    .redirectOutput(pipe.target().toFile())
                    .start();
        } catch (IOException e) {
            pipe.started();
            pipe.discard();
            throw e;
        }
        pipe.started();
        var command = new RunningCommand(process, pipe, actions);
        registered.accept(command);
        var _ = process.onExit().thenRun(pipe::ended);
        Thread.ofPlatform().daemon().name("output-" + process.pid()).start(() -> command.pump(sink));
        return command;
    }

    private void pump(OutputSink sink) {
        try {
            pipe.pump(sink);
        } catch (IOException | RuntimeException e) {
            kill();
        }
        var _ = process.onExit().thenAccept(ended -> complete(ended.exitValue()));
        pipe.discard();
    }

    private void complete(int code) {
        var how = actions.exit(code);
        actions.ended(this);
        exit.complete(how);
    }

    long pid() {
        return process.pid();
    }

    Process process() {
        return process;
    }

    @Override
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit.copy();
    }

    @Override
    public void signal(int number) {
        if (number < 1 || number > 64) {
            throw new IllegalArgumentException("a signal is 1 to 64, not " + number);
        }
        if (process.isAlive()) {
            actions.signal(this, number);
        }
    }

    @Override
    public void kill() {
        if (!exit.isDone()) {
            actions.kill(this);
        }
    }
}
