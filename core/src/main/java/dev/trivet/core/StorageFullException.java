package dev.trivet.core;

/** There is no room for what was asked. Nothing was accepted, and nothing accepted before is lost. The message says where and what to do. */
public final class StorageFullException extends RuntimeException {
    public StorageFullException(String message) {
        super(message);
    }

    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
