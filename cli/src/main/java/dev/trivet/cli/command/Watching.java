package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.JobFollower;
import dev.trivet.cli.api.Pacing;
import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.LogPrinter;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Follows a job to its end before the user's eyes. */
final class Watching {
    private final Surroundings surroundings;
    private final ApiClient client;
    private final Pacing pacing;
    private final boolean json;

    /** @param json whether standard output is kept free for JSON, so that the log goes to standard error */
    Watching(Surroundings surroundings, ApiClient client, Pacing pacing, boolean json) {
        this.surroundings = surroundings;
        this.client = client;
        this.pacing = pacing;
        this.json = json;
    }

    /** Shows the log as it comes and says in the end how it went. */
    Job watch(long id) throws IOException, ApiException, InterruptedException {
        Output output = surroundings.output();
        Instant begin = surroundings.clock().instant();
        var printer = new LogPrinter(output, output.stream(json), true);
        Job job;
        try {
            job = new JobFollower(client, pacing, surroundings.pause(), printer).follow(id);
        } finally {
            printer.endLine();
        }
        Duration took = Duration.between(begin, surroundings.clock().instant());
        output.say(Style.of(job.status()), "#" + id + " " + job.status().word() + " after " + Amounts.duration(took));
        return job;
    }
}
