package dev.trivet.runner;

/** The server has answered and will not have this runner; repeating it would change nothing. */
public final class LinkRefusedException extends RuntimeException {
    public LinkRefusedException(String message) {
        super(message);
    }
}
