package dev.trivet.harmont.vcs;

/** A forge did not do what it was asked for. The message may be shown. */
public final class ForgeException extends Exception {
    public ForgeException(String message) {
        super(message);
    }
}
