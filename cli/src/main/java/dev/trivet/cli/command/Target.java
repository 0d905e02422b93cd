package dev.trivet.cli.command;

import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.CommandException;
import java.net.URI;

/** What an argument names: the job of a manifest, or a build of a pipeline, or one job of a build. */
sealed interface Target {
    /** How an argument of this kind is described. */
    String DESCRIPTION = "A job's number, a build as ORG/PIPELINE/NUMBER, one of its jobs as ORG/PIPELINE/NUMBER/JOB,"
            + " or the address of a page.";

    /** The job of a manifest, by its number. */
    record Manifest(long id) implements Target {}

    /** A build, or one job of it. */
    record Pipeline(NamedBuild named) implements Target {}

    /**
     * What {@code text} names.
     *
     * @param server the server that is asked; addresses of others are refused
     */
    static Target parse(String text, URI server) throws CommandException {
        return TargetParser.parse(text.strip(), server);
    }
}
