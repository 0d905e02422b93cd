package dev.trivet.store;

/** The database cannot be brought to the version that this program needs; the message says why and what to do. */
public final class MigrationException extends RuntimeException {

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
