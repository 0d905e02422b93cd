package dev.trivet.http;

/** The ways to say who one is. A group of routes accepts some of them and does not look at the others. */
public enum CredentialKind {
    /** {@code Authorization: token X} or {@code Bearer X}. */
    TOKEN,
    /** {@code Authorization: Bearer X} and no other spelling. */
    BEARER,
    /** The cookie of a web session; what changes something needs the session's CSRF token too. */
    SESSION
}
