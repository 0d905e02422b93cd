package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;

/** The state of a build or job in words and colours. */
final class JobWords {
    private JobWords() {}

    /** One word or two. */
    static String state(BuildJob job) {
        return job.softFailed() ? "soft failed" : job.state().replace('_', ' ');
    }

    /** How a state looks. */
    static Style style(String state, boolean softFailed) {
        return switch (state) {
            case "passed" -> Style.GREEN;
            case "failed", "timed_out", "failing", "timing_out" -> softFailed ? Style.YELLOW : Style.RED;
            case "running" -> Style.BLUE;
            case "canceled", "canceling" -> Style.YELLOW;
            default -> Style.DIM;
        };
    }

    /** A cell of a table with the state. */
    static Object cell(BuildJob job) {
        return Table.styled(style(job.state(), job.softFailed()), state(job));
    }

    /** How a job ended and why; nothing of one that simply passed. */
    static String end(BuildJob job) {
        String why = job.text("error_message")
                .map(text -> ": " + Table.printable(text))
                .orElse("");
        return switch (job.state()) {
            case "passed" -> job.started() ? "" : "passed from the cache";
            case "skipped" -> "skipped";
            case "timed_out" -> "timed out" + why;
            case "canceled" -> "canceled";
            default ->
                (job.softFailed() ? "failed softly" : "failed")
                        + (job.exitCode().isPresent()
                                ? " with exit code " + job.exitCode().getAsInt()
                                : "")
                        + why;
        };
    }
}
