package dev.trivet.accounts;

import java.util.Objects;

/** A change of accounts that is refused. The message says what to do. */
public final class AccountException extends RuntimeException {
    private final Reason reason;

    public AccountException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason is null");
    }

    public Reason reason() {
        return reason;
    }

    /** Why. */
    public enum Reason {
        /** A name, address or text is not of the form it must have. */
        BAD_INPUT,
        /** The user name is taken. */
        TAKEN,
        /** No such user or token. */
        NOT_FOUND,
        /** It is the last administrator who can still act. */
        LAST_ADMINISTRATOR,
        /** The role in the organization is not enough. */
        INSUFFICIENT_ROLE,
        /** It is the last owner of an organization. */
        LAST_OWNER,
        /** An invitation that cannot be accepted. */
        UNACCEPTABLE,
        /** Something still belongs to the user. */
        IN_USE
    }
}
