package dev.trivet.cli.command;

import dev.trivet.accounts.Organization;
import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.OutputClosedException;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.pipeline.BuildEnd;
import dev.trivet.cli.pipeline.BuildFiles;
import dev.trivet.cli.pipeline.BuildFollower;
import dev.trivet.cli.pipeline.BuildPrinter;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.pipeline.PipelineFile;
import dev.trivet.cli.pipeline.WorkTree;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs a pipeline on a tree of files, and shows it. */
final class PipelineRun {
    private static final int MUCH = 4 << 20;

    private final Surroundings surroundings;
    private final PipelineFile file;
    private final WorkTree tree;
    private final Optional<String> note;
    private final boolean json;

    /** @param note what the build is said to be; otherwise the first line of the last commit's message */
    PipelineRun(Surroundings surroundings, PipelineFile file, WorkTree tree, Optional<String> note, boolean json) {
        this.surroundings = Objects.requireNonNull(surroundings, "surroundings is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.tree = Objects.requireNonNull(tree, "tree is null");
        this.note = Objects.requireNonNull(note, "note is null");
        this.json = json;
    }

    /**
     * Submits it, shows its logs until its end, and answers its exit code.
     *
     * @param artifacts where to save the artifacts, if anywhere
     */
    int run(ApiClient connection, Interruption interruption, @Nullable Path artifacts) throws Exception {
        var client = new BuildClient(connection);
        BuildAddress build = submit(client);
        var started = new StartedBuild(client, build);
        interruption.stopsBy(() -> started.interrupt(surroundings.output()));
        try {
            int code = follow(client, build);
            if (artifacts != null) {
                var files = new BuildFiles(connection, surroundings.output());
                var named = new NamedBuild(build, Optional.empty());
                files.save(named, files.find(named), artifacts);
            }
            return code;
        } catch (OutputClosedException e) {
            started.abandon(surroundings.pause());
            throw e;
        }
    }

    private record StartedBuild(BuildClient client, BuildAddress build) implements Started {
        @Override
        public String shown() {
            return build.toString();
        }

        @Override
        public void cancel() throws IOException, ApiException, InterruptedException {
            client.cancel(build);
        }

        @Override
        public boolean ended() throws IOException, ApiException, InterruptedException {
            return client.build(build).ended();
        }
    }

    /** Submits it. */
    BuildAddress submit(BuildClient client) throws Exception {
        Output output = surroundings.output();
        byte[] archive = tree.pack(
                submodule -> output.say(
                        Style.YELLOW,
                        "the submodule " + Table.printable(submodule)
                                + " is not checked out, so it is not in the build. Get it by: git submodule update --init --recursive"));
        if (archive.length > MUCH) {
            output.say(
                    Style.YELLOW,
                    "the working tree has " + (archive.length >> 20)
                            + " MiB when packed; let git ignore what can be made again");
        }
        String organization = client.personalOrganization();
        String slug = Organization.slug(tree.name());
        String branch = tree.branch().orElse("main");
        String pipeline =
                client.pipeline(organization, slug.isEmpty() ? "pipeline" : slug, "local/" + tree.name(), branch);
        return client.submit(organization, pipeline, body(branch, archive));
    }

    /** Shows its logs until its end, and answers its exit code. */
    int follow(BuildClient client, BuildAddress build) throws Exception {
        Output output = surroundings.output();
        output.say(Style.DIM, "build " + build);
        var printer = new BuildPrinter(output, json);
        BuildEnd end = new BuildFollower(client, build, printer, surroundings.pause()).follow();
        printer.summary(end);
        String state = end.build().state();
        output.say(state.equals("passed") ? Style.GREEN : Style.RED, "build " + build + " " + state);
        return end.exitCode();
    }

    private ObjectNode body(String branch, byte[] archive) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("branch", branch).put("commit", tree.commit()).put("source", "api");
        note.or(tree::subject).ifPresent(text -> body.put("message", text));
        return body.put("pipeline_ir", file.text())
                .put("source_b64", Base64.getEncoder().encodeToString(archive));
    }
}
