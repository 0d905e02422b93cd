package dev.trivet.harmont;

import java.util.Locale;
import java.util.Optional;

/** What started a build. */
public enum BuildSource {
    WEBHOOK,
    UI,
    API,
    TRIGGER_JOB,
    SCHEDULE;

    /** The word in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<BuildSource> named(String wireName) {
        for (BuildSource source : values()) {
            if (source.wireName().equals(wireName)) {
                return Optional.of(source);
            }
        }
        return Optional.empty();
    }

    /** True if a person asked for it. */
    boolean manual() {
        return this == API || this == UI;
    }
}
