package dev.trivet.circus;

import org.jspecify.annotations.Nullable;

/** What is set of a jobset; what is null stays, or is the default of a new one. */
record JobsetChange(
        @Nullable String name,
        @Nullable String nixExpression,
        @Nullable Boolean enabled,
        @Nullable Boolean flakeMode,
        @Nullable Integer checkInterval,
        @Nullable String branch,
        @Nullable Integer schedulingShares,
        @Nullable JobsetState state,
        @Nullable Integer keepNr) {
    /** A flake's jobset with every default. */
    static JobsetChange of(String name, String nixExpression) {
        return new JobsetChange(name, nixExpression, null, null, null, null, null, null, null);
    }

    /** What it makes of {@code enabled}: a state decides it. */
    @Nullable
    Boolean decidesEnabled() {
        return state == null ? enabled : Boolean.valueOf(state != JobsetState.DISABLED);
    }
}
