package dev.trivet.circus;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a jobset is evaluated (spec section 1.2). */
public enum JobsetState {
    DISABLED,
    ENABLED,
    /** Once, then it is disabled. */
    ONE_SHOT,
    /** The builds of one evaluation at a time. */
    ONE_AT_A_TIME;

    /** Its name in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state of that name, if there is one. */
    public static Optional<JobsetState> named(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(wireName))
                .findFirst();
    }
}
