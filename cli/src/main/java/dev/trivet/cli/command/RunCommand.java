package dev.trivet.cli.command;

import dev.trivet.cli.CommandException;
import dev.trivet.cli.ExitCode;
import dev.trivet.cli.Surroundings;
import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.Pacing;
import dev.trivet.cli.api.Submission;
import dev.trivet.cli.house.House;
import dev.trivet.cli.house.RunDirectory;
import dev.trivet.cli.house.RunningServer;
import dev.trivet.cli.house.ServerSettings;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: runs one manifest with a server of its own, shows the log, and exits with the result. */
@Command(
        name = "run",
        description = "Run a manifest here and now: start what it needs, show its log, exit with its result.",
        footer = {
            "",
            "Exit codes: 0 success, 1 failed, 2 bad manifest or usage, 124 timeout, 130 interrupted.",
            "Ctrl-C cancels the run."
        })
final class RunCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final House house;

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private SubmissionOptions options = new SubmissionOptions();

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Option(names = "--artifacts", paramLabel = "DIR", description = "Save the artifacts in this folder.")
    private @Nullable Path artifacts;

    @Parameters(paramLabel = "FILE", description = "The manifest; - is standard input.")
    private String file = "";

    RunCommand(Surroundings surroundings, House house) {
        this.surroundings = surroundings;
        this.house = house;
    }

    @Override
    public Integer call() throws Exception {
        Submission submission = options.submission(ManifestFile.read(file, surroundings), true, false);
        if (storage.data().isPresent()) {
            return run(submission, storage.data().get(), Optional.empty());
        }
        Path base = RunDirectory.base(surroundings.environment());
        try (RunDirectory directory = RunDirectory.take(base)) {
            return run(submission, directory.path(), Optional.of(base.resolve("images")));
        }
    }

    private int run(Submission submission, Path data, Optional<Path> images) throws Exception {
        var settings = new ServerSettings(
                Optional.of("127.0.0.1:0"),
                Optional.of(surroundings.workingDirectory().resolve(data)),
                storage.database(),
                storage.config(),
                images,
                true,
                surroundings.environment());
        try (Interruption interruption = Interruption.watch(surroundings.output());
                RunningServer server = house.serve(settings);
                ApiClient client = new ApiClient(server.address(), Optional.of(token(server, data)))) {
            interruption.check();
            Job job = client.submit(submission);
            interruption.stopsBy(() -> cancel(client, job.id()));
            Job end = new Watching(surroundings, client, Pacing.NEAR, json.wanted()).watch(job.id());
            finish(client, end);
            return ExitCode.of(end.status());
        }
    }

    private void cancel(ApiClient client, long id) {
        try {
            surroundings.output().say(Style.YELLOW, "cancelling #" + id);
            client.cancel(id);
        } catch (IOException | ApiException e) {
            surroundings.output().error("#" + id + " could not be cancelled: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    private static String token(RunningServer server, Path data) throws CommandException {
        return server.adminToken()
                .orElseThrow(() -> new CommandException("there is no administrator's token in " + data
                        + ". Name a folder that is not in other use by --data."));
    }
}
