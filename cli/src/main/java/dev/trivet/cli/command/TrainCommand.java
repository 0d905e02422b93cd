package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Job;
import dev.trivet.cli.api.JobFollower;
import dev.trivet.cli.api.Pacing;
import dev.trivet.cli.api.Submission;
import dev.trivet.cli.house.House;
import dev.trivet.cli.house.RunDirectory;
import dev.trivet.cli.house.RunningServer;
import dev.trivet.cli.house.TemporaryFolder;
import dev.trivet.cli.output.LogPrinter;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.InputFile;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code train}: goes through the start of a server and one small run, for the JVM to note which classes that takes (see the
 * launcher, {@code -XX:AOTCacheOutput}). Leaves nothing behind.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Go through a start and a run, for the start-up cache of the JVM.")
final class TrainCommand implements Callable<Integer> {
    private static final String SMALL = """
            image: host
            tasks:
              - one: |
                  echo "one line"
            """;

    private final Surroundings surroundings;
    private final House house;

    @Parameters(paramLabel = "MANIFEST", arity = "0..1", description = "What to run instead of a small task.")
    private @Nullable String file;

    TrainCommand(Surroundings surroundings, House house) {
        this.surroundings = surroundings;
        this.house = house;
    }

    @Override
    public Integer call() throws Exception {
        String manifest = file == null ? SMALL : ManifestFile.check(InputFile.read(file, "a manifest", surroundings));
        Path base = Files.createDirectories(RunDirectory.base(surroundings.environment()));
        try (TemporaryFolder folder = TemporaryFolder.in(base, ".train")) {
            Settings settings = Settings.read(
                    new Settings.Options("127.0.0.1:0", folder.path(), null, null, base.resolve("images"), true),
                    RunCommand.own(surroundings.environment()));
            try (RunningServer server = house.serve(settings);
                    ApiClient client = new ApiClient(server.address(), server.adminToken())) {
                go(client, manifest);
            }
        }
        return ExitCode.SUCCESS;
    }

    private void go(ApiClient client, String manifest) throws IOException, ApiException, InterruptedException {
        Output output = surroundings.output();
        Job job = client.submit(Submission.of(manifest));
        new JobFollower(client, Pacing.NEAR, surroundings.pause(), new LogPrinter(output, output.stream(true), true))
                .follow(job.id());
        client.artifacts(job.id());
        client.jobs(Optional.empty());
    }
}
