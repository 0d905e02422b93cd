package dev.trivet.web;

import dev.trivet.logs.LogKey;
import dev.trivet.store.StepRow;
import java.util.regex.Pattern;

/** Names of the steps on a page: {@code setup} and {@code task-NAME} (spec srht section 6), by which lines are linked. */
final class Anchors {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    private Anchors() {}

    static String of(StepRow step) {
        if (step.number() == LogKey.SETUP) {
            return "setup";
        }
        return PLAIN.matcher(step.name()).matches() ? "task-" + step.name() : "step-" + step.number();
    }
}
