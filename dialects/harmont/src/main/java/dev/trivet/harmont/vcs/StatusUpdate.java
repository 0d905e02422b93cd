package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A status to be sent.
 *
 * @param repository {@code owner/name}
 * @param commit what it is about
 * @param context its name there, {@code harmont/<slug>}
 * @param state what the commit's page shall show
 * @param sent what was sent last; null if nothing was
 * @param checkId the forge's id from the last time; null if there is none
 * @param isRepeated an earlier attempt may have arrived although no answer came back
 * @param report the details
 */
public record StatusUpdate(
        String repository,
        String commit,
        String context,
        CheckState state,
        @Nullable CheckState sent,
        @Nullable String checkId,
        boolean isRepeated,
        BuildReport report) {
    public StatusUpdate {
        requireNonNull(context, "context is null");
        requireNonNull(state, "state is null");
        requireNonNull(report, "report is null");
        // Both become part of an address.
        if (!GitNames.isFullName(repository)) {
            throw new IllegalArgumentException("a repository is owner/name, not '" + repository + "'");
        }
        if (!GitNames.isShortCommit(commit)) {
            throw new IllegalArgumentException("a commit is 12 to 64 hexadecimal digits, not '" + commit + "'");
        }
    }

    /** What there is to say. */
    StatusText text() {
        return StatusText.of(report);
    }

    /** The title within so many UTF-16 units, for forges that show one line only. */
    String line(int longest) {
        return Words.line(text().title(), longest);
    }
}
