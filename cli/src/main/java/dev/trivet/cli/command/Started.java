package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Pause;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.OutputClosedException;
import dev.trivet.cli.output.Style;
import java.io.IOException;
import java.time.Duration;

/** Something that a command has started and has to end when the command is ended. */
interface Started {
    /** How long its end is waited for. */
    Duration LONGEST_END = Duration.ofSeconds(20);

    /** What people call it. */
    String shown();

    /** Asks for its end. */
    void cancel() throws IOException, ApiException, InterruptedException;

    /** Whether it has ended. */
    boolean ended() throws IOException, ApiException, InterruptedException;

    /** Ctrl-C: says so and asks for its end. */
    default void interrupt(Output output) {
        try {
            say(output, Style.YELLOW, "cancelling " + shown());
            cancel();
        } catch (IOException | ApiException e) {
            say(output, Style.RED, "error: " + shown() + " could not be cancelled: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody reads the output any more: the same without a word, and waits for the end. */
    default void abandon(Pause pause) {
        try {
            cancel();
            long end = System.nanoTime() + LONGEST_END.toNanos();
            while (!ended() && System.nanoTime() < end) {
                pause.of(Duration.ofMillis(100));
            }
        } catch (IOException | ApiException e) {
            // Nobody to tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(Output output, Style style, String text) {
        try {
            output.say(style, text);
        } catch (OutputClosedException e) {
            // It is done all the same.
        }
    }
}
