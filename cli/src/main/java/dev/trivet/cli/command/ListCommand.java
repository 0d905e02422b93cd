package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.JobStatus;
import dev.trivet.cli.api.Page;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.pipeline.BuildList;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code list}: the caller's jobs, the pipelines of an organization, or the builds of a pipeline. */
@Command(
        name = "list",
        description =
                "List your jobs, newest first; the pipelines of an organization; or the builds of a pipeline, newest first.")
final class ListCommand implements Callable<Integer> {
    private static final int LONGEST_NOTE = 60;
    private static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?:/([A-Za-z0-9][A-Za-z0-9._-]*))?/?");
    private static final List<String> BUILD_STATES =
            List.of("scheduled", "running", "failing", "passed", "failed", "canceling", "canceled");

    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many (default: ${DEFAULT-VALUE}; 0 is all).")
    private int limit;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description =
                    "Only jobs in this state: pending, queued, running, success, failed, timeout, cancelled. Or only"
                            + " builds: scheduled, running, failing, passed, failed, canceling, canceled.")
    private @Nullable String status;

    @Parameters(
            paramLabel = "ORG[/PIPELINE]",
            arity = "0..1",
            description = "Whose pipelines, or the builds of which pipeline (default: your jobs).")
    private @Nullable String of;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 0) {
            throw CommandException.usage("--limit takes a number from 0 up, not " + limit);
        }
        if (of != null) {
            builds(of);
            return ExitCode.SUCCESS;
        }
        JobStatus wanted = status == null ? null : jobStatus(status);
        try (ApiClient client = server.connect(surroundings)) {
            print(jobs(client, wanted));
        }
        return ExitCode.SUCCESS;
    }

    private static JobStatus jobStatus(String text) throws CommandException {
        for (JobStatus known : JobStatus.values()) {
            if (known != JobStatus.UNKNOWN && known.word().equalsIgnoreCase(text)) {
                return known;
            }
        }
        throw CommandException.usage("'" + text + "' is no state of a job: those are"
                + " pending, queued, running, success, failed, timeout, cancelled");
    }

    private void builds(String name) throws Exception {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw CommandException.usage("'" + name + "' is neither ORG nor ORG/PIPELINE");
        }
        String pipeline = matcher.group(2);
        if (status != null && (pipeline == null || !BUILD_STATES.contains(status.toLowerCase(Locale.ROOT)))) {
            throw CommandException.usage(
                    pipeline == null
                            ? "pipelines have no state: --status is for jobs and builds"
                            : "'" + status + "' is no state of a build: those are " + String.join(", ", BUILD_STATES));
        }
        try (ApiClient client = server.connect(surroundings)) {
            var list = new BuildList(new BuildClient(client), surroundings.output(), limit, json.wanted());
            if (pipeline == null) {
                list.pipelines(matcher.group(1));
            } else {
                list.builds(
                        matcher.group(1),
                        pipeline,
                        Optional.ofNullable(status).map(text -> text.toLowerCase(Locale.ROOT)));
            }
        }
    }

    private List<Job> jobs(ApiClient client, @Nullable JobStatus wanted)
            throws IOException, ApiException, InterruptedException {
        List<Job> jobs = new ArrayList<>();
        Optional<String> start = Optional.empty();
        do {
            Page<Job> page = client.jobs(start);
            for (Job job : page.results()) {
                if (limit > 0 && jobs.size() == limit) {
                    return jobs;
                }
                if (wanted == null || job.status() == wanted) {
                    jobs.add(job);
                }
            }
            start = page.next();
        } while (start.isPresent());
        return jobs;
    }

    private void print(List<Job> jobs) {
        Output output = surroundings.output();
        if (json.wanted()) {
            output.json(jobs.stream().map(Job::json).toList());
            return;
        }
        var table = new Table("ID", "STATUS", "TASKS", "TAGS", "NOTE");
        for (Job job : jobs) {
            table.row(
                    job.id(),
                    Table.styled(Style.of(job.status()), job.status().word()),
                    job.tasks().stream().filter(Job.Task::ended).count() + "/"
                            + job.tasks().size(),
                    job.tags().orElse(""),
                    Table.shorten(job.note().orElse(""), LONGEST_NOTE));
        }
        if (table.isEmpty()) {
            output.say("No jobs.");
        } else {
            output.text(table.render(output.colours()));
        }
    }
}
