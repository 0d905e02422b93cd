package dev.trivet.sandbox;

import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** A running command. Thread-safe. */
public interface Execution {
    /** The command's standard input; close it to signal its end. */
    OutputStream stdin();

    /** Completes when the command has ended and its last byte of output is in the sink; never exceptionally. */
    CompletableFuture<Exit> exit();

    /** Sends a signal (15 TERM, 2 INT) to the command's process group. */
    void signal(int number);

    /** Kills the command and everything it started, at once. */
    void kill();
}
