package dev.trivet.circus;

/** What is declared cannot be; the message says where, what was seen and what was expected. */
public final class DeclarationException extends RuntimeException {
    public DeclarationException(String message) {
        super(message);
    }
}
