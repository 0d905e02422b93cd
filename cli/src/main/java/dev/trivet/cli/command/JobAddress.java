package dev.trivet.cli.command;

import dev.trivet.cli.api.Job;
import dev.trivet.cli.process.CommandException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ways to name a job: its number, {@code ~user/job/ID}, or the address of its page. */
final class JobAddress {
    private static final Pattern NAME = Pattern.compile("#?(\\d{1,18})|(?:.*/)?job/(\\d{1,18})/?(?:#.*)?");

    private JobAddress() {}

    /** The address of a job's page; of the job object where the server does not tell whose job it is. */
    static String of(URI server, Job job) {
        String base = server.toString().replaceAll("/+$", "");
        return job.owner().map(owner -> base + "/" + owner + "/job/" + job.id()).orElse(base + "/api/jobs/" + job.id());
    }

    /** The number of the job that {@code text} names. */
    static long id(String text) throws CommandException {
        Matcher matcher = NAME.matcher(text.strip());
        if (!matcher.matches()) {
            throw CommandException.usage(
                    "'" + text + "' names no job: give its number, such as 42, or the address of its page");
        }
        return Long.parseLong(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
}
