package dev.trivet.logs;

/** A repeated append carried other bytes than those acknowledged for that place. The log keeps what it had. */
public final class LogConflictException extends LogException {
    LogConflictException(LogKey key, long offset, int length) {
        super("append to log " + key + " repeats the bytes from " + offset + " to " + (offset + length)
                + ", but other bytes are stored there: two writers use the same log");
    }
}
