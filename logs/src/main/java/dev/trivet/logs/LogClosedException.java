package dev.trivet.logs;

/** New bytes came for a log that was closed. Nothing was stored. */
public final class LogClosedException extends LogException {
    LogClosedException(LogKey key, long size) {
        super("log " + key + " is closed at " + size + " bytes: reopen it before another attempt writes to it");
    }
}
