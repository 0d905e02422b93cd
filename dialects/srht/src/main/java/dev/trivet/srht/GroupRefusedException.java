package dev.trivet.srht;

/** Some jobs cannot be made a group; the message names one and says why. */
public final class GroupRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    GroupRefusedException(String message) {
        super(message);
    }
}
