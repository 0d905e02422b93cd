package dev.trivet.core.plan;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A repository to be checked out before the first step.
 *
 * @param url where it is; a {@code file:} URL is read by the runner on its own host, if the operator allows that scheme
 * @param directory where to, relative to the job's directory
 * @param commands argument vectors to run in order in the job's directory, as the job's user; the first one that fails ends the job
 * @param hint one sentence added to the log when it fails, or null
 */
public record SourceSpec(
        String url,
        String directory,
        List<List<String>> commands,
        @Nullable String hint) {
    public SourceSpec {
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(directory, "directory is null");
        commands = commands.stream().map(List::copyOf).toList();
    }
}
