package dev.trivet.srht.graphql;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A field that is not answered, and why; told to the caller as it is. */
final class Refusal extends RuntimeException {
    private final @Nullable String field;

    private Refusal(@Nullable String field, String message) {
        super(Objects.requireNonNull(message, "message is null"), null, false, false);
        this.field = field;
    }

    static Refusal of(String message) {
        return new Refusal(null, message);
    }

    /** Because of that argument. */
    static Refusal ofArgument(String field, String message) {
        return new Refusal(field, message);
    }

    /** The argument that is wrong, or null. */
    @Nullable
    String field() {
        return field;
    }
}
