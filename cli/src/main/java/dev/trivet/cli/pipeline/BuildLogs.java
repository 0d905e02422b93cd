package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Prints the log of a job, or of all jobs of a build: what is there, or as it comes. */
public final class BuildLogs {
    private final BuildClient client;
    private final Surroundings surroundings;
    private final boolean json;

    /** @param json whether each line is a JSON object */
    public BuildLogs(BuildClient client, Surroundings surroundings, boolean json) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.surroundings = Objects.requireNonNull(surroundings, "surroundings is null");
        this.json = json;
    }

    /** Prints what is there. */
    public void print(NamedBuild named) throws IOException, ApiException, InterruptedException, CommandException {
        Output output = surroundings.output();
        List<BuildJob> jobs = named.jobs(client);
        if (named.job().isPresent()) {
            var lines = new JobLines(output, jobs.getFirst().key(), json);
            reader(named, jobs.getFirst(), lines).readWhatIsThere();
            lines.finish();
            return;
        }
        var printer = new BuildPrinter(output, json);
        printer.keys(jobs);
        for (BuildJob job : jobs) {
            if (job.hasLog()) {
                reader(named, job, line -> printer.line(job.key(), line)).readWhatIsThere();
            }
        }
    }

    /** Prints what is there and what comes, until the job or build is over, and answers its exit code. */
    public int follow(NamedBuild named) throws IOException, ApiException, InterruptedException, CommandException {
        Output output = surroundings.output();
        if (named.job().isEmpty()) {
            var printer = new BuildPrinter(output, json);
            BuildEnd end = new BuildFollower(client, named.build(), printer, surroundings.pause()).follow();
            printer.summary(end);
            return end.exitCode();
        }
        BuildJob job = named.jobs(client).getFirst();
        var lines = new JobLines(output, job.key(), json);
        BuildJob end = reader(named, job, lines).follow();
        lines.finish();
        int code = BuildEnd.exitCode(end);
        if (json) {
            output.jsonLine(BuildPrinter.event(end.key(), "state", end.state()));
        } else if (code != ExitCode.SUCCESS) {
            output.say(Style.RED, named + " " + JobWords.end(end));
        }
        return code;
    }

    private LogReader reader(NamedBuild named, BuildJob job, Consumer<String> lines) {
        return new LogReader(
                client,
                named.build(),
                job.id(),
                lines,
                new Semaphore(1),
                surroundings.pause(),
                trouble -> surroundings.output().say(Style.YELLOW, trouble + " Trying again…"));
    }
}
