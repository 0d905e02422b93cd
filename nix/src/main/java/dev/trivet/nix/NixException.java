package dev.trivet.nix;

/** Nix is not there, or cannot be used. The message says what to do. */
public final class NixException extends RuntimeException {
    public NixException(String message) {
        super(message);
    }
}
