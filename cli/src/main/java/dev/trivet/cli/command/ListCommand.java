package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.JobStatus;
import dev.trivet.cli.api.Page;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code list}: the caller's jobs, newest first. */
@Command(name = "list", description = "List your jobs, newest first.")
final class ListCommand implements Callable<Integer> {
    private static final int LONGEST_NOTE = 60;

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
            description = "Only jobs in this state: pending, queued, running, success, failed, timeout, cancelled.")
    private @Nullable JobStatus status;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 0) {
            throw CommandException.usage("--limit takes a number from 0 up, not " + limit);
        }
        try (ApiClient client = server.connect(surroundings)) {
            print(jobs(client));
        }
        return ExitCode.SUCCESS;
    }

    private List<Job> jobs(ApiClient client) throws IOException, ApiException, InterruptedException {
        List<Job> jobs = new ArrayList<>();
        Optional<String> start = Optional.empty();
        do {
            Page<Job> page = client.jobs(start);
            for (Job job : page.results()) {
                if (limit > 0 && jobs.size() == limit) {
                    return jobs;
                }
                if (status == null || job.status() == status) {
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
