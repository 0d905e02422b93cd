package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.Submission;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.pipeline.PipelineFile;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.InputFile;
import dev.trivet.cli.process.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code submit}: sends manifests or pipelines to a server. All of them are read and checked before the first one is sent. */
@Command(name = "submit", description = "Send manifests or pipelines to a server.")
final class SubmitCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private SubmissionOptions options = new SubmissionOptions();

    @Mixin
    private TreeOptions tree = new TreeOptions();

    @Option(
            names = {"-f", "--follow"},
            description = "Show the log and wait for the end; exit with the result.")
    private boolean follow;

    @Option(names = "--no-execute", description = "Leave the job pending until it is started.")
    private boolean pending;

    @Option(names = "--private", description = "Show the job to nobody else.")
    private boolean hidden;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "A manifest, or a pipeline's JSON; - is standard input.")
    private List<String> files = List.of();

    SubmitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Map<String, Submission> submissions = new LinkedHashMap<>();
        List<PipelineRun> pipelines = new ArrayList<>();
        for (String file : files) {
            InputFile input = InputFile.read(file, "a manifest or pipeline", surroundings);
            if (PipelineFile.isOne(input)) {
                pipelines.add(pipeline(PipelineFile.check(input)));
            } else {
                tree.checkManifest();
                submissions.put(file, options.submission(ManifestFile.check(input), !pending, hidden));
            }
        }
        try (ApiClient client = server.connect(surroundings)) {
            List<Job> jobs = new ArrayList<>();
            for (Submission submission : submissions.values()) {
                jobs.add(client.submit(submission));
                announce(client, jobs.getLast());
            }
            int code = submit(client, pipelines);
            return ExitCode.worse(code, follow ? follow(client, jobs) : ExitCode.SUCCESS);
        }
    }

    private PipelineRun pipeline(PipelineFile file) throws CommandException {
        if (pending || hidden) {
            throw CommandException.usage((pending ? "--no-execute" : "--private")
                    + " is for manifests: a build of a pipeline starts at once, and its organization sees it");
        }
        return new PipelineRun(surroundings, file, tree.tree(file, surroundings), options.noteOfBuild(), json.wanted());
    }

    private int submit(ApiClient connection, List<PipelineRun> pipelines) throws Exception {
        var client = new BuildClient(connection);
        int code = ExitCode.SUCCESS;
        for (PipelineRun pipeline : pipelines) {
            BuildAddress build = pipeline.submit(client);
            if (follow) {
                code = ExitCode.worse(code, pipeline.follow(client, build));
            } else if (json.wanted()) {
                surroundings.output().jsonLine(client.build(build).json());
            } else {
                surroundings.output().line(connection.server().toString().replaceAll("/+$", "") + build.page());
            }
        }
        return code;
    }

    private void announce(ApiClient client, Job job) {
        Output output = surroundings.output();
        String address = JobAddress.of(client.server(), job);
        if (follow) {
            output.say("#" + job.id() + " submitted: " + address);
        } else if (json.wanted()) {
            output.jsonLine(job.json());
        } else {
            output.line(address);
        }
    }

    private int follow(ApiClient client, List<Job> jobs) throws Exception {
        int code = ExitCode.SUCCESS;
        for (Job job : jobs) {
            Job end = new Watching(surroundings, client, server.pacing(client), json.wanted()).watch(job.id());
            if (json.wanted()) {
                surroundings.output().jsonLine(end.json());
            }
            code = ExitCode.worse(code, ExitCode.of(end.status()));
        }
        return code;
    }
}
