package dev.trivet.logs;

/**
 * The device has no room (or the quota is used up). Nothing acknowledged is lost; the same append works when there is room again.
 */
public final class LogStorageFullException extends LogException {
    LogStorageFullException(LogKey key, Throwable cause) {
        super("no space left for log " + key + ": free some space, then send the same bytes again", cause);
    }
}
