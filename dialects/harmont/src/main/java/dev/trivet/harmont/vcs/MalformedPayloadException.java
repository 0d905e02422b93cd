package dev.trivet.harmont.vcs;

/** A webhook's body is not what its forge sends; the message says where, what was seen and what was expected. */
final class MalformedPayloadException extends Exception {
    MalformedPayloadException(String message) {
        super(message);
    }
}
