package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.ArtifactDownload;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildArtifact;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The artifacts of a job, or of all jobs of a build: listed, or saved. */
public final class BuildFiles {
    private final BuildClient client;
    private final ArtifactDownload downloads;
    private final Output output;

    public BuildFiles(ApiClient connection, Output output) {
        this.client = new BuildClient(connection);
        this.downloads = new ArtifactDownload(connection);
        this.output = Objects.requireNonNull(output, "output is null");
    }

    /** An artifact and whose it is. */
    public record Of(BuildJob job, BuildArtifact artifact) {}

    /** All of them, in the order of the jobs. */
    public List<Of> find(NamedBuild named) throws IOException, ApiException, InterruptedException, CommandException {
        List<Of> found = new ArrayList<>();
        for (BuildJob job : named.jobs(client)) {
            // Also one that was answered from the cache has artifacts; one that is at work or was skipped has none.
            if (job.ended() && !job.state().equals("skipped")) {
                client.artifacts(named.build(), job.id()).forEach(artifact -> found.add(new Of(job, artifact)));
            }
        }
        return found;
    }

    /** As a table, or as a JSON array where each has the key of its job as {@code job}. */
    public void print(BuildAddress build, List<Of> files, boolean json) {
        if (json) {
            output.json(files.stream().map(BuildFiles::json).toList());
        } else if (files.isEmpty()) {
            output.say("No artifacts.");
        } else {
            var table = new Table("JOB", "ARTIFACT", "SIZE", "URL");
            files.forEach(file -> table.row(
                    file.job.key(),
                    file.artifact.path(),
                    Amounts.bytes(file.artifact.size()),
                    client.download(build, file.job.id(), file.artifact)));
            output.text(table.render(output.colours()));
        }
    }

    /**
     * Saves them in a folder: those of one job at their paths, those of a build in a folder for each job.
     *
     * @throws ApiException if a name would lead out of the folder; what came before it is saved
     */
    public void save(NamedBuild named, List<Of> files, Path folder)
            throws IOException, ApiException, InterruptedException {
        for (Of file : files) {
            String whose = ArtifactDownload.plain(file.job.key()) ? file.job.key() : file.job.id();
            String path = (named.job().isPresent() ? "" : whose + "/") + file.artifact.path();
            Path saved = downloads.save(
                    client.download(named.build(), file.job.id(), file.artifact), path, file.artifact.size(), folder);
            output.say("saved " + saved + " (" + Amounts.bytes(file.artifact.size()) + ")");
        }
    }

    private static ObjectNode json(Of file) {
        ObjectNode json = JsonMapper.shared().createObjectNode().put("job", file.job.key());
        file.artifact.json().properties().forEach(member -> json.set(member.getKey(), member.getValue()));
        return json;
    }
}
