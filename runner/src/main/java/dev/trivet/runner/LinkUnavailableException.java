package dev.trivet.runner;

/** The server, or what it needs, cannot be reached now. The call may be repeated. */
public class LinkUnavailableException extends RuntimeException {
    public LinkUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
