package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.process.CommandException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A build, or one job of it, as somebody named it on the command line.
 *
 * @param job the job's key in the pipeline, or its id; empty for all
 */
public record NamedBuild(BuildAddress build, Optional<String> job) {
    private static final int SHOWN = 10;

    public NamedBuild {
        Objects.requireNonNull(build, "build is null");
        Objects.requireNonNull(job, "job is null");
    }

    /** The one job, or all of them. */
    List<BuildJob> jobs(BuildClient client) throws IOException, ApiException, InterruptedException, CommandException {
        List<BuildJob> all = client.jobs(build);
        return job.isEmpty() ? all : List.of(pick(all, job.get()));
    }

    /**
     * The named job among these.
     *
     * @throws CommandException if there is none; the message names those that there are
     */
    BuildJob pick(List<BuildJob> all, String name) throws CommandException {
        return all.stream()
                .filter(candidate -> candidate.key().equals(name))
                .findFirst()
                .or(() -> all.stream()
                        .filter(candidate -> candidate.id().equals(name))
                        .findFirst())
                .orElseThrow(() -> new CommandException("build " + build + " has no job '" + name + "': it has "
                        + String.join(
                                ", ",
                                all.stream().map(BuildJob::key).limit(SHOWN).toList())
                        + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "")));
    }

    /** As people write it. */
    @Override
    public String toString() {
        return build + job.map(key -> "/" + key).orElse("");
    }
}
