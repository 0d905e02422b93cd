package dev.trivet.cli.command;

import dev.trivet.cli.api.Submission;
import dev.trivet.cli.process.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said about a job when it is submitted. */
final class SubmissionOptions {
    @Option(
            names = {"-n", "--note"},
            paramLabel = "TEXT",
            description = "A note about the job, in Markdown; the message of a pipeline's build.")
    private @Nullable String note;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "TAG",
            description = "A tag of a job; several make a path, as a/b does.")
    private List<String> tags = new ArrayList<>();

    /** The note alone: a pipeline's build has no tags. */
    Optional<String> noteOfBuild() throws CommandException {
        if (!tags.isEmpty()) {
            throw CommandException.usage("--tag is for manifests: a build of a pipeline has no tags");
        }
        return Optional.ofNullable(note);
    }

    Submission submission(String manifest, boolean execute, boolean hidden) {
        List<String> path = tags.stream()
                .flatMap(tag -> List.of(tag.split("/", -1)).stream())
                .filter(tag -> !tag.isEmpty())
                .toList();
        return new Submission(manifest, Optional.ofNullable(note), path, execute, hidden);
    }
}
