package dev.trivet.store;

/**
 * The database cannot be reached, is starting or stopping, or has no connection left. Trying again later makes sense; a caller
 * that serves HTTP answers 503. A write that ended like this may have been committed when the connection broke at its very end.
 */
public final class DatabaseUnavailableException extends RuntimeException {

    public DatabaseUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
