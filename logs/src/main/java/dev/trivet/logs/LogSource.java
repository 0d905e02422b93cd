package dev.trivet.logs;

import java.io.Closeable;
import java.io.IOException;

/** A log as a reader sees it at one instant, wherever its bytes are. Used by one thread; closing gives back what it holds. */
sealed interface LogSource extends Closeable permits PlainSource, CompressedLog, EmptySource {

    Extent extent();

    /** Bytes of the writer that were accepted. */
    long received();

    /** The part of {@link #received} that survives a power loss. */
    long durable();

    /** The limit it reached, or {@link Limit#NONE}. */
    Limit limit();

    boolean ended();

    /** Line ends before {@code block * Checkpoints.STRIDE}, which is not behind the extent. */
    long newlinesBefore(int block);

    /** Reads at a position inside of the extent; fewer bytes than asked for only at its end, where it is 0. */
    int read(long position, byte[] target, int offset, int length) throws IOException;

    @Override
    void close() throws IOException;
}
