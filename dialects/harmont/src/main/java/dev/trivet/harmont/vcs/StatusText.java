package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.harmont.vcs.JobTally.Group;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a check says (spec section 6.3); each part has at most {@link #MOST_BYTES} bytes of UTF-8.
 *
 * @param title counts of steps, plain text
 * @param summary a table of the steps, Markdown
 * @param text what failed and why, with a link to the build's page, Markdown
 */
public record StatusText(String title, String summary, String text) {
    /** Most bytes of each part. */
    public static final int MOST_BYTES = 65_000;

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_MESSAGE = 4_000;

    public StatusText {
        requireNonNull(title, "title is null");
        requireNonNull(summary, "summary is null");
        requireNonNull(text, "text is null");
    }

    /** What there is to say of a build now. */
    public static StatusText of(BuildReport report) {
        return new StatusText(
                Words.cut(title(report), MOST_BYTES), Words.cut(summary(report.jobs()), MOST_BYTES), text(report));
    }

    private static String title(BuildReport report) {
        String counts = JobTally.line(report.jobs());
        return counts.isEmpty() ? CheckState.ofBuild(report.state()).wireName() : counts;
    }

    private static String summary(List<JobReport> jobs) {
        if (jobs.isEmpty()) {
            return "No steps.";
        }
        StringBuilder table = new StringBuilder("| Step | Status | Time |\n|---|---|---|\n");
        for (JobReport job : jobs) {
            Group group = Group.of(job);
            table.append("| ")
                    .append(Markdown.inline(job.name(), LONGEST_NAME))
                    .append(" | ")
                    .append(group.sign())
                    .append(' ')
                    .append(group.word())
                    .append(" | ")
                    .append(time(job))
                    .append(" |\n");
            if (table.length() > MOST_BYTES) {
                break;
            }
        }
        return table.toString();
    }

    /** The link comes last, or first when something has to be cut; it is never lost. */
    private static String text(BuildReport report) {
        String link = "[Build " + report.number() + "](" + report.page() + ")";
        StringBuilder text = new StringBuilder();
        if (report.message() != null) {
            text.append(Markdown.block(report.message(), LONGEST_MESSAGE)).append('\n');
        }
        for (JobReport job : report.jobs()) {
            if (Group.of(job) == Group.FAILED && text.length() <= MOST_BYTES) {
                text.append(failure(job)).append('\n');
            }
        }
        String failures = text.toString();
        int room = MOST_BYTES - Words.bytes(link);
        boolean whole = Words.bytes(failures) <= room;
        // What is cut may be inside of a block, which would then swallow the link.
        return whole ? failures + link : link + "\n\n" + Words.cut(failures, room - 2);
    }

    private static String failure(JobReport job) {
        StringBuilder failure = new StringBuilder("**")
                .append(Markdown.inline(job.name(), LONGEST_NAME))
                .append("** ")
                .append(job.state().equals("timed_out") ? "timed out" : "failed");
        if (job.exitCode() != null) {
            failure.append(" with exit code ").append(job.exitCode());
        }
        failure.append('\n');
        if (job.message() != null && !job.message().isBlank()) {
            failure.append('\n').append(Markdown.block(job.message(), LONGEST_MESSAGE));
        }
        return failure.toString();
    }

    private static String time(JobReport job) {
        if (job.startedAt() == null
                || job.finishedAt() == null
                || job.finishedAt().isBefore(job.startedAt())) {
            return "";
        }
        Duration time = Duration.between(job.startedAt(), job.finishedAt());
        if (time.toMinutes() == 0) {
            return String.format(Locale.ROOT, "%d.%d s", time.toSeconds(), time.toMillisPart() / 100);
        }
        return time.toHours() == 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
