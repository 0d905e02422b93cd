package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.Artifact;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.JobStatus;
import dev.trivet.cli.api.LogEnd;
import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.LogText;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.pipeline.BuildPage;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code show}: one job with its tasks and artifacts, or a build with its jobs; of a failed one the end of the log that tells why. */
@Command(
        name = "show",
        description = "Show a job or build: state, tasks or jobs, artifacts, and the end of the log of what failed.")
final class ShowCommand implements Callable<Integer> {
    private static final int LAST_LINES = 20;

    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(names = "--manifest", description = "Print the manifest of a job as it was submitted, and nothing else.")
    private boolean manifest;

    @Parameters(paramLabel = "ID", description = Target.DESCRIPTION)
    private String id = "";

    ShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Target target = Target.parse(id, server.address());
        if (manifest) {
            long number = JobAddress.id(id, server.address());
            try (ApiClient client = server.connect(surroundings)) {
                surroundings.output().text(client.manifest(number));
            }
            return ExitCode.SUCCESS;
        }
        try (ApiClient client = server.connect(surroundings)) {
            switch (target) {
                case Target.Manifest job -> show(client, job.id());
                case Target.Pipeline build -> show(client, build.named());
            }
        }
        return ExitCode.SUCCESS;
    }

    private void show(ApiClient client, NamedBuild named) throws Exception {
        var page = new BuildPage(new BuildClient(client), surroundings);
        if (json.wanted()) {
            page.json(named);
        } else {
            page.print(named);
        }
    }

    private void show(ApiClient client, long number) throws Exception {
        Job job = client.job(number);
        if (json.wanted()) {
            surroundings.output().json(job.json());
        } else {
            print(client, job, client.artifacts(number));
        }
    }

    private void print(ApiClient client, Job job, List<Artifact> artifacts) throws Exception {
        Output output = surroundings.output();
        output.line("#" + job.id() + " "
                + output.styled(Style.of(job.status()), job.status().word()));
        output.line(JobAddress.of(client.server(), job));
        job.note().ifPresent(note -> output.line("note: " + Table.printable(note)));
        job.tags().ifPresent(tags -> output.line("tags: " + Table.printable(tags)));
        job.runner().ifPresent(runner -> output.line("runner: " + Table.printable(runner)));
        if (!job.tasks().isEmpty()) {
            var tasks = new Table("TASK", "STATUS");
            job.tasks().forEach(task -> tasks.row(task.name(), Table.styled(style(task), task.status())));
            output.text("\n" + tasks.render(output.colours()));
        }
        if (!artifacts.isEmpty()) {
            var files = new Table("ARTIFACT", "SIZE", "URL");
            artifacts.forEach(file -> files.row(
                    file.path(),
                    Amounts.bytes(file.size()),
                    file.url().map(URI::toString).orElse("removed")));
            output.text("\n" + files.render(output.colours()));
        }
        if (job.status() == JobStatus.FAILED || job.status() == JobStatus.TIMEOUT) {
            printEnd(client, job);
        }
    }

    private void printEnd(ApiClient client, Job job) throws Exception {
        Optional<Job.Task> failed = job.tasks().stream()
                .filter(task -> task.status().equals("failed"))
                .findFirst();
        Optional<URI> log = failed.flatMap(Job.Task::log).or(job::setupLog);
        if (log.isEmpty()) {
            return;
        }
        Output.Stream stream = surroundings.output().stream(false);
        String name = failed.map(Job.Task::name).orElse("the setup");
        stream.line(Style.BOLD, "\nThe end of the log of " + Table.printable(name) + ":");
        byte[] end = LogEnd.lines(client, log.get(), LAST_LINES);
        stream.write(new LogText(stream.terminal(), stream.colours()).filter(end, end.length));
    }

    private static Style style(Job.Task task) {
        return switch (task.status()) {
            case "success" -> Style.GREEN;
            case "failed" -> Style.RED;
            case "running" -> Style.BLUE;
            default -> Style.DIM;
        };
    }
}
