package dev.trivet.engine;

import java.util.Locale;

/** Why a runner is asked to stop an attempt. */
public enum StopReason {
    CANCEL,
    RUN_TIMEOUT;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StopReason of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
