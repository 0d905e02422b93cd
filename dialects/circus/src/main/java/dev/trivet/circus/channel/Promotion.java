package dev.trivet.circus.channel;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * That a channel shows an evaluation.
 *
 * @param number counts a channel's promotions from 1; with project and channel it names one for ever
 * @param at when, to the microsecond
 * @param published whether its files were made
 * @param kept whether its files are kept
 */
record Promotion(
        UUID id,
        String project,
        String channel,
        String jobset,
        int number,
        UUID evaluation,
        String commit,
        Instant at,
        boolean published,
        boolean kept) {
    Promotion {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(project, "project is null");
        Objects.requireNonNull(channel, "channel is null");
        Objects.requireNonNull(jobset, "jobset is null");
        Objects.requireNonNull(evaluation, "evaluation is null");
        Objects.requireNonNull(commit, "commit is null");
        Objects.requireNonNull(at, "at is null");
    }

    /** Where it is and stays, as long as its files are kept. */
    String place() {
        return "/channel/" + project + "/" + channel + "/" + number;
    }
}
