package dev.trivet.cli.command;

import dev.trivet.cli.api.Job;
import dev.trivet.cli.process.CommandException;
import java.net.URI;

/** Where a manifest's job is. */
final class JobAddress {
    private JobAddress() {}

    /** The address of a job's page; of the job object where the server does not tell whose job it is. */
    static String of(URI server, Job job) {
        String base = server.toString().replaceAll("/+$", "");
        return job.owner().map(owner -> base + "/" + owner + "/job/" + job.id()).orElse(base + "/api/jobs/" + job.id());
    }

    /** The number of the manifest's job that {@code text} names. */
    static long id(String text, URI server) throws CommandException {
        return switch (Target.parse(text, server)) {
            case Target.Manifest job -> job.id();
            case Target.Pipeline build ->
                throw CommandException.usage(
                        "'" + build.named()
                                + "' is a build of a pipeline. This is possible with the job of a manifest alone: give its number.");
        };
    }
}
