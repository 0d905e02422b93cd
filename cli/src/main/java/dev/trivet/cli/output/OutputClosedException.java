package dev.trivet.cli.output;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Who read our output has gone away, as {@code head} does: a reason to end, and no reason to complain. */
public final class OutputClosedException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(IOException cause) {
        super(cause);
    }
}
