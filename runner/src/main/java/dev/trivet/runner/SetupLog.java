package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Lines of our own in a setup log: {@code [#12] 2026/03/01 12:00:00 text} (spec/srht.md section 5.1). */
final class SetupLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private final StepLog log;
    private final String label;
    private final InstantSource clock;

    SetupLog(StepLog log, String label, InstantSource clock) {
        this.log = requireNonNull(log, "log is null");
        this.label = requireNonNull(label, "label is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Where commands of the setup write to. */
    StepLog log() {
        return log;
    }

    void say(String text) {
        try {
            log.line("[" + label + "] " + TIME.format(clock.instant()) + " " + text);
        } catch (IOException full) {
            // The job goes on or ends by what it does; its log says what it could.
        }
    }
}
