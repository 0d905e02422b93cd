package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Build;
import dev.trivet.cli.api.BuildArtifact;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows a build with its jobs, or one job with its artifacts; of what failed the end of the log that tells why. */
public final class BuildPage {
    private static final int LAST_LINES = 20;
    private static final int MOST_ENDS = 3;

    private final BuildClient client;
    private final Surroundings surroundings;
    private final Output output;

    public BuildPage(BuildClient client, Surroundings surroundings) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.surroundings = Objects.requireNonNull(surroundings, "surroundings is null");
        this.output = surroundings.output();
    }

    /** As JSON: a build with its {@code jobs}, a job with its {@code artifacts}. */
    public void json(NamedBuild named) throws IOException, ApiException, InterruptedException, CommandException {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        if (named.job().isEmpty()) {
            client.build(named.build())
                    .json()
                    .properties()
                    .forEach(member -> json.set(member.getKey(), member.getValue()));
            ArrayNode jobs = json.putArray("jobs");
            client.jobs(named.build()).forEach(job -> jobs.add(job.json()));
        } else {
            BuildJob job = named.jobs(client).getFirst();
            job.json().properties().forEach(member -> json.set(member.getKey(), member.getValue()));
            ArrayNode artifacts = json.putArray("artifacts");
            client.artifacts(named.build(), job.id()).forEach(artifact -> artifacts.add(artifact.json()));
        }
        output.json(json);
    }

    /** In words. */
    public void print(NamedBuild named) throws IOException, ApiException, InterruptedException, CommandException {
        if (named.job().isPresent()) {
            List<BuildJob> jobs = client.jobs(named.build());
            printJob(named, named.pick(jobs, named.job().get()), jobs);
        } else {
            printBuild(named, client.build(named.build()), client.jobs(named.build()));
        }
    }

    private void printBuild(NamedBuild named, Build build, List<BuildJob> jobs)
            throws IOException, ApiException, InterruptedException {
        output.line(named + " "
                + output.styled(
                        JobWords.style(build.state(), false), build.state().replace('_', ' ')));
        output.line(
                client.server().toString().replaceAll("/+$", "") + named.build().page());
        for (String member : List.of("source", "branch", "commit", "message")) {
            build.text(member).ifPresent(text -> output.line(member + ": " + Table.printable(text)));
        }
        tell("took", Took.of(build.json()));
        build.text("error_message").ifPresent(text -> output.line("error: " + Table.printable(text)));
        if (!jobs.isEmpty()) {
            output.line("");
            JobTable.print(output, jobs);
        }
        for (BuildJob job : jobs.stream()
                .filter(job -> job.failed() || job.timedOut())
                .limit(MOST_ENDS)
                .toList()) {
            printEnd(named, job);
        }
    }

    private void printJob(NamedBuild named, BuildJob job, List<BuildJob> jobs)
            throws IOException, ApiException, InterruptedException {
        output.line(named.build() + "/" + Table.printable(job.key()) + " "
                + output.styled(JobWords.style(job.state(), job.softFailed()), JobWords.state(job)));
        job.text("name").ifPresent(text -> output.line("name: " + Table.printable(text)));
        job.text("command").ifPresent(text -> output.line("command: " + Table.printable(text)));
        tell(
                "exit code",
                job.exitCode().isPresent() ? Integer.toString(job.exitCode().getAsInt()) : "");
        tell("took", Took.of(job.json()));
        job.text("error_message").ifPresent(text -> output.line("error: " + Table.printable(text)));
        tell(
                "waits for",
                keys(jobs.stream()
                        .filter(other -> job.dependsOn().contains(other.id()))
                        .toList()));
        tell(
                "waited for by",
                keys(jobs.stream()
                        .filter(other -> other.dependsOn().contains(job.id()))
                        .toList()));
        List<BuildArtifact> artifacts = client.artifacts(named.build(), job.id());
        if (!artifacts.isEmpty()) {
            var table = new Table("ARTIFACT", "SIZE");
            artifacts.forEach(file -> table.row(file.path(), Amounts.bytes(file.size())));
            output.text("\n" + table.render(output.colours()));
        }
        if (job.failed() || job.timedOut() || job.softFailed()) {
            printEnd(named, job);
        }
    }

    private static String keys(List<BuildJob> jobs) {
        return jobs.stream().map(BuildJob::key).map(Table::printable).collect(Collectors.joining(", "));
    }

    private void tell(String what, String value) {
        if (!value.isEmpty()) {
            output.line(what + ": " + value);
        }
    }

    private void printEnd(NamedBuild named, BuildJob job) throws IOException, ApiException, InterruptedException {
        Deque<String> end = new ArrayDeque<>();
        new LogReader(
                        client,
                        named.build(),
                        job.id(),
                        line -> {
                            end.add(line);
                            if (end.size() > LAST_LINES) {
                                end.removeFirst();
                            }
                        },
                        new Semaphore(1),
                        surroundings.pause(),
                        trouble -> output.say(Style.YELLOW, trouble + " Trying again…"))
                .readWhatIsThere();
        if (!end.isEmpty()) {
            output.line(output.styled(Style.BOLD, "\nThe end of the log of " + Table.printable(job.key()) + ":"));
            var lines = new JobLines(output, job.key(), false);
            end.forEach(lines);
            lines.finish();
        }
    }
}
