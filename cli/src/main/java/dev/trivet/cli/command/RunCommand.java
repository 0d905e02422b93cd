package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.Pacing;
import dev.trivet.cli.api.Submission;
import dev.trivet.cli.house.House;
import dev.trivet.cli.house.RunDirectory;
import dev.trivet.cli.house.RunningServer;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.OutputClosedException;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.pipeline.PipelineFile;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.InputFile;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: runs one manifest or pipeline with a server of its own, shows the log, and exits with the result. */
@Command(
        name = "run",
        description =
                "Run a manifest or pipeline here and now: start what it needs, show its log, exit with its result.",
        footer = {
            "",
            "Exit codes: 0 success, 1 failed, 2 bad manifest or usage, 7 rejected pipeline, 124 timeout, 130 interrupted,",
            "141 the output was closed. Ctrl-C cancels the run, and so does an output that is closed."
        })
final class RunCommand implements Callable<Integer> {
    private static final Set<String> NOT_OURS = Set.of(
            "TRIVET_LISTEN",
            "TRIVET_SERVER_LISTEN",
            "TRIVET_SERVER_ORIGIN",
            "TRIVET_SERVER_FORCE_SECURE_COOKIES",
            "TRIVET_DATA",
            "TRIVET_SERVER_DATA",
            "TRIVET_DATABASE",
            "TRIVET_DATABASE_URL",
            "TRIVET_CONFIG");

    private final Surroundings surroundings;
    private final House house;

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private SubmissionOptions options = new SubmissionOptions();

    @Mixin
    private TreeOptions tree = new TreeOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep data here (default: one of the folders in ~/.local/share/trivet/run).")
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file, in TOML.")
    private @Nullable Path config;

    @Option(names = "--artifacts", paramLabel = "DIR", description = "Save the artifacts in this folder.")
    private @Nullable Path artifacts;

    @Parameters(paramLabel = "FILE", description = "The manifest, or a pipeline's JSON; - is standard input.")
    private String file = "";

    RunCommand(Surroundings surroundings, House house) {
        this.surroundings = surroundings;
        this.house = house;
    }

    @Override
    public Integer call() throws Exception {
        Work work = work();
        if (data != null) {
            return run(work, surroundings.workingDirectory().resolve(data), null);
        }
        Path base = RunDirectory.base(surroundings.environment());
        try (RunDirectory directory = RunDirectory.take(base)) {
            return run(work, directory.path(), base.resolve("images"));
        }
    }

    /** What is to be run; read and checked before anything is started. */
    private Work work() throws CommandException {
        InputFile input = InputFile.read(file, "a manifest or pipeline", surroundings);
        if (PipelineFile.isOne(input)) {
            PipelineFile checked = PipelineFile.check(input);
            var pipeline = new PipelineRun(
                    surroundings, checked, tree.tree(checked, surroundings), options.noteOfBuild(), json.wanted());
            Path folder =
                    artifacts == null ? null : surroundings.workingDirectory().resolve(artifacts);
            return (client, interruption) -> pipeline.run(client, interruption, folder);
        }
        tree.checkManifest();
        Submission submission = options.submission(ManifestFile.check(input), true, false);
        return (client, interruption) -> run(submission, client, interruption);
    }

    private int run(Work work, Path folder, @Nullable Path images) throws Exception {
        Settings settings = Settings.read(
                new Settings.Options("127.0.0.1:0", folder, null, config, images, true),
                own(surroundings.environment()));
        if (!Files.exists(settings.data().resolve("postgres"))) {
            surroundings.output().say(Style.DIM, "starting for the first time, some seconds");
        }
        try (Interruption interruption = Interruption.watch(surroundings.output());
                RunningServer server = house.serve(settings);
                ApiClient client = new ApiClient(server.address(), Optional.of(token(server, folder)))) {
            interruption.check();
            return work.run(client, interruption);
        }
    }

    private int run(Submission submission, ApiClient client, Interruption interruption) throws Exception {
        Job job = client.submit(submission);
        var started = new StartedJob(client, job.id());
        interruption.stopsBy(() -> started.interrupt(surroundings.output()));
        try {
            Job end = new Watching(surroundings, client, Pacing.NEAR, json.wanted()).watch(job.id());
            finish(client, end);
            return ExitCode.of(end.status());
        } catch (OutputClosedException e) {
            started.abandon(surroundings.pause());
            throw e;
        }
    }

    private record StartedJob(ApiClient client, long id) implements Started {
        @Override
        public String shown() {
            return "#" + id;
        }

        @Override
        public void cancel() throws IOException, ApiException, InterruptedException {
            client.cancel(id);
        }

        @Override
        public boolean ended() throws IOException, ApiException, InterruptedException {
            return client.job(id).status().terminal();
        }
    }

    /** Something to be run on a server. */
    @FunctionalInterface
    private interface Work {
        int run(ApiClient client, Interruption interruption) throws Exception;
    }

    private void finish(ApiClient client, Job end) throws Exception {
        Output output = surroundings.output();
        if (artifacts != null) {
            ArtifactsCommand.save(
                    client,
                    client.artifacts(end.id()),
                    surroundings.workingDirectory().resolve(artifacts),
                    output);
        }
        if (json.wanted()) {
            output.jsonLine(end.json());
        }
    }

    /** What the environment says about the server of this machine is not about this run: it must not get into another's database. */
    static Map<String, String> own(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(entry -> !NOT_OURS.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String token(RunningServer server, Path data) throws CommandException {
        return server.adminToken()
                .orElseThrow(() -> new CommandException("there is no administrator's token in " + data
                        + ". Name a folder that is not in other use by --data."));
    }
}
