package dev.trivet.cli.output;

import dev.trivet.cli.api.JobStatus;

/** Looks of a piece of text; nothing at all where colours are off. */
public enum Style {
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    BLUE("34");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text in this style. */
    public String apply(String text, boolean colours) {
        return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    /** How a job's state looks. */
    public static Style of(JobStatus status) {
        return switch (status) {
            case SUCCESS -> GREEN;
            case FAILED, TIMEOUT -> RED;
            case CANCELLED -> YELLOW;
            case RUNNING -> BLUE;
            case PENDING, QUEUED, UNKNOWN -> DIM;
        };
    }
}
