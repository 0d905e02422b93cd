package dev.trivet.store;

/** A backup cannot be made, or cannot be restored here; the message says why and what to do. Nothing was changed unless it says so. */
public final class BackupException extends RuntimeException {

    public BackupException(String message) {
        super(message);
    }

    public BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
