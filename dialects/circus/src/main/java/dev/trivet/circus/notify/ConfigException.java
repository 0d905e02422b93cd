package dev.trivet.circus.notify;

import java.util.Objects;

/** A configuration that cannot be. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String reason;

    ConfigException(String field, String reason) {
        super(field + ": " + reason);
        this.field = Objects.requireNonNull(field, "field is null");
        this.reason = Objects.requireNonNull(reason, "reason is null");
    }

    /** Which part of it, such as {@code config.url}. */
    public String field() {
        return field;
    }

    /** Why; without the value, which may be a secret. */
    public String reason() {
        return reason;
    }
}
