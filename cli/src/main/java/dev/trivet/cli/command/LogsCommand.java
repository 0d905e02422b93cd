package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.FollowListener;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.JobFollower;
import dev.trivet.cli.api.LogTail;
import dev.trivet.cli.output.JsonLogPrinter;
import dev.trivet.cli.output.LogPrinter;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.pipeline.BuildLogs;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: what a job or build has written, as far as it has come or to its end. */
@Command(name = "logs", description = "Print the logs of a job or build.")
final class LogsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the job or build is over; exit with its result.")
    private boolean follow;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Of a manifest's job only the log of this task, as it is; 'setup' is the preparation.")
    private @Nullable String only;

    @Parameters(paramLabel = "ID", description = Target.DESCRIPTION)
    private String id = "";

    LogsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Target target = Target.parse(id, server.address());
        try (ApiClient client = server.connect(surroundings)) {
            return switch (target) {
                case Target.Manifest job -> print(client, job.id());
                case Target.Pipeline build -> print(client, build.named());
            };
        }
    }

    private int print(ApiClient client, NamedBuild named) throws Exception {
        if (only != null) {
            throw CommandException.usage(
                    "--task is for jobs of manifests. The log of one job of a build is " + named.build() + "/" + only);
        }
        var logs = new BuildLogs(new BuildClient(client), surroundings, json.wanted());
        if (follow) {
            return logs.follow(named);
        }
        logs.print(named);
        return ExitCode.SUCCESS;
    }

    private int print(ApiClient client, long number)
            throws IOException, ApiException, InterruptedException, CommandException {
        Output output = surroundings.output();
        if (json.wanted()) {
            var printer = new JsonLogPrinter(output);
            int code = print(client, number, printer);
            printer.finish();
            return code;
        }
        var printer = new LogPrinter(output, output.stream(false), only == null);
        int code = print(client, number, printer);
        printer.endLine();
        return code;
    }

    private int print(ApiClient client, long number, FollowListener printer)
            throws IOException, ApiException, InterruptedException, CommandException {
        FollowListener listener = only == null ? printer : new OneLog(printer, only);
        if (only != null) {
            checkTask(client.job(number), only);
        }
        if (follow) {
            Job end = new JobFollower(client, server.pacing(client), surroundings.pause(), listener).follow(number);
            return ExitCode.of(end.status());
        }
        Job job = client.job(number);
        if (job.setupLog().isPresent()) {
            read(client, job.setupLog().get(), Optional.empty(), listener);
        }
        for (Job.Task task : job.tasks()) {
            if (task.log().isPresent()) {
                read(client, task.log().get(), Optional.of(task.name()), listener);
            }
        }
        return ExitCode.SUCCESS;
    }

    private static void read(ApiClient client, URI log, Optional<String> task, FollowListener listener)
            throws IOException, ApiException, InterruptedException {
        new LogTail(client, log).pull((buffer, length) -> listener.output(task, buffer, length));
    }

    private static void checkTask(Job job, String name) throws CommandException {
        if (!name.equals(OneLog.SETUP)
                && job.tasks().stream().noneMatch(task -> task.name().equals(name))) {
            throw CommandException.usage("job #" + job.id() + " has no task '" + name + "': it has "
                    + job.tasks().stream().map(Job.Task::name).collect(Collectors.joining(", ")) + " (and setup)");
        }
    }
}
