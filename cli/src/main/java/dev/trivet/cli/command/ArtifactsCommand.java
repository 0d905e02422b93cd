package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.Artifact;
import dev.trivet.cli.api.ArtifactDownload;
import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.pipeline.BuildFiles;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code artifacts}: the files that a job or build left behind; on demand, their bytes. */
@Command(name = "artifacts", description = "List the artifacts of a job or build, or download them.")
final class ArtifactsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--download",
            paramLabel = "DIR",
            description = "Save all of them in this folder; those of a build in a folder for each job.")
    private @Nullable Path download;

    @Parameters(paramLabel = "ID", description = Target.DESCRIPTION)
    private String id = "";

    ArtifactsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Target target = Target.parse(id, server.address());
        try (ApiClient client = server.connect(surroundings)) {
            switch (target) {
                case Target.Manifest job -> list(client, job.id());
                case Target.Pipeline build -> list(client, build.named());
            }
        }
        return ExitCode.SUCCESS;
    }

    private void list(ApiClient client, long number) throws Exception {
        Output output = surroundings.output();
        List<Artifact> artifacts = client.artifacts(number);
        if (json.wanted()) {
            output.json(artifacts.stream().map(Artifact::json).toList());
        }
        if (download != null) {
            save(client, artifacts, surroundings.workingDirectory().resolve(download), output);
        } else if (artifacts.isEmpty()) {
            output.say("No artifacts.");
        } else if (!json.wanted()) {
            var table = new Table("ARTIFACT", "SIZE", "URL");
            artifacts.forEach(file -> table.row(
                    file.path(),
                    Amounts.bytes(file.size()),
                    file.url().map(URI::toString).orElse("removed")));
            output.text(table.render(output.colours()));
        }
    }

    private void list(ApiClient client, NamedBuild named) throws Exception {
        var files = new BuildFiles(client, surroundings.output());
        List<BuildFiles.Of> found = files.find(named);
        if (download == null || json.wanted()) {
            files.print(named.build(), found, json.wanted());
        }
        if (download != null) {
            files.save(named, found, surroundings.workingDirectory().resolve(download));
        }
    }

    /** Saves artifacts and says where. */
    static void save(ApiClient client, List<Artifact> artifacts, Path folder, Output output) throws Exception {
        var downloads = new ArtifactDownload(client);
        for (Artifact artifact : artifacts) {
            output.say("saved " + downloads.save(artifact, folder) + " (" + Amounts.bytes(artifact.size()) + ")");
        }
    }
}
