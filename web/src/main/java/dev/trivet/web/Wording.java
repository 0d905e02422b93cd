package dev.trivet.web;

import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.core.state.RunTally;
import dev.trivet.core.state.StepState;
import dev.trivet.store.JobRow;
import dev.trivet.web.view.Badge;
import dev.trivet.web.view.Moment;
import dev.trivet.web.view.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Values as words for people. The script words times and sizes the same way.
 *
 * @param clock tells how long ago something was
 */
record Wording(InstantSource clock) {
    private static final DateTimeFormatter ABSOLUTE = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final Duration LONG_AGO = Duration.ofDays(14);

    static Badge badge(RunState state) {
        return switch (state) {
            case HELD -> new Badge("held", "held");
            case QUEUED -> new Badge("queued", "queued");
            case RUNNING -> new Badge("running", "running");
            case CANCELING -> new Badge("running", "canceling");
            case PASSED -> new Badge("passed", "passed");
            case FAILED -> new Badge("failed", "failed");
            case TIMED_OUT -> new Badge("failed", "timed out");
            case CANCELED -> new Badge("canceled", "canceled");
        };
    }

    static Badge badge(JobRow job) {
        if (job.softFailed()) {
            return new Badge("soft", "soft failed");
        }
        if (job.stopRequested() && !job.state().terminal()) {
            return new Badge("running", "canceling");
        }
        return switch (job.state()) {
            case HELD -> new Badge("held", "held");
            case WAITING -> new Badge("queued", "waiting");
            case READY -> new Badge("queued", "queued");
            case LEASED -> new Badge("running", "starting");
            case RUNNING -> new Badge("running", "running");
            case PASSED -> new Badge("passed", "passed");
            case FAILED -> new Badge("failed", "failed");
            case TIMED_OUT -> new Badge("failed", "timed out");
            case CANCELED -> new Badge("canceled", "canceled");
            case SKIPPED -> new Badge("canceled", "skipped");
            case LOST -> new Badge("failed", "lost");
        };
    }

    static Badge badge(StepState state) {
        return switch (state) {
            case PENDING -> new Badge("queued", "pending");
            case RUNNING -> new Badge("running", "running");
            case PASSED -> new Badge("passed", "passed");
            case FAILED -> new Badge("failed", "failed");
            case TIMED_OUT -> new Badge("failed", "timed out");
            case CANCELED -> new Badge("canceled", "canceled");
            case SKIPPED -> new Badge("canceled", "skipped");
        };
    }

    /** How many jobs ended, of how many. */
    static String progress(RunTally tally) {
        int total = tally.total();
        return tally.open() == 0 ? Integer.toString(total) : (total - tally.open()) + " of " + total;
    }

    /** What became of many jobs; empty for a single one, whose state is the run's. */
    static String tally(RunTally tally) {
        if (tally.total() <= 1) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (JobState state : JobState.values()) {
            if (tally.count(state) > 0) {
                parts.add(tally.count(state) + " " + state.wireName().replace('_', ' '));
            }
        }
        return String.join(", ", parts);
    }

    Moment moment(Instant at) {
        return new Moment(at.truncatedTo(ChronoUnit.SECONDS).toString(), ABSOLUTE.format(at), ago(at));
    }

    @Nullable
    Moment momentOrNone(@Nullable Instant at) {
        return at == null ? null : moment(at);
    }

    private String ago(Instant at) {
        Duration passed = Duration.between(at, clock.instant());
        if (passed.compareTo(LONG_AGO) >= 0) {
            return DAY.format(at);
        }
        if (passed.toMinutes() < 1) {
            return "just now";
        }
        return passed.toHours() < 1
                ? passed.toMinutes() + " min ago"
                : passed.toDays() < 1 ? passed.toHours() + " h ago" : passed.toDays() + " d ago";
    }

    /** From start to finish, or to now where it has not finished. */
    Span span(@Nullable Instant from, @Nullable Instant to) {
        if (from == null) {
            return new Span(0, "", false);
        }
        return new Span(
                from.toEpochMilli(), text(Duration.between(from, to == null ? clock.instant() : to)), to == null);
    }

    static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, duration.toMillis()) / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    /** A number of bytes. */
    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        String units = "kMGTP";
        do {
            value /= 1000;
            unit++;
        } while (value >= 999.5 && unit < units.length() - 1);
        return String.format(Locale.ROOT, value < 10 ? "%.1f %sB" : "%.0f %sB", value, units.charAt(unit));
    }
}
