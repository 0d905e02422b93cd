package dev.trivet.cli.command;

import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.OutputClosedException;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C (or SIGTERM) does to a command that has started something: it is told to stop, goes on to its own orderly end and is
 * waited for; the process then ends as the JVM ends it, with 130 (143). To be opened before, and closed after, all else.
 */
final class Interruption implements AutoCloseable {
    private static final long MOST_SECONDS = 20;

    private final Output output;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupted, "interruption");
    private @Nullable Runnable stop;
    private boolean happened;

    private Interruption(Output output) {
        this.output = output;
    }

    static Interruption watch(Output output) {
        var interruption = new Interruption(output);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Ends the command here if it was interrupted already. */
    synchronized void check() throws CommandException {
        if (happened) {
            throw new CommandException(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    /** From now on an interruption does this; at once, if it has come already. */
    void stopsBy(Runnable action) {
        synchronized (this) {
            stop = action;
            if (!happened) {
                return;
            }
        }
        action.run();
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending, and waited for just this
        }
    }

    private void interrupted() {
        Runnable action;
        synchronized (this) {
            happened = true;
            action = stop;
        }
        try {
            if (action != null) {
                action.run();
            }
            if (!finished.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                output.say("not finished within " + MOST_SECONDS + " s, giving up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (OutputClosedException e) {
            // nobody to tell
        }
    }
}
