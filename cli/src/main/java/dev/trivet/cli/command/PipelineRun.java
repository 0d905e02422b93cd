package dev.trivet.cli.command;

import dev.trivet.accounts.Organization;
import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildClient.BuildAddress;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.pipeline.BuildFollower;
import dev.trivet.cli.pipeline.BuildPrinter;
import dev.trivet.cli.pipeline.PipelineFile;
import dev.trivet.cli.pipeline.WorkTree;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs a pipeline on the files around it, and shows it. */
final class PipelineRun {
    private static final int MUCH = 4 << 20;

    private final Surroundings surroundings;
    private final PipelineFile file;
    private final boolean json;

    PipelineRun(Surroundings surroundings, PipelineFile file, boolean json) {
        this.surroundings = surroundings;
        this.file = file;
        this.json = json;
    }

    /** Submits it, shows its logs until its end, and answers its exit code. */
    int run(ApiClient connection, Interruption interruption) throws Exception {
        var client = new BuildClient(connection);
        BuildAddress build = submit(client);
        interruption.stopsBy(() -> cancel(client, build));
        return follow(client, build);
    }

    /** Submits it. */
    BuildAddress submit(BuildClient client) throws Exception {
        WorkTree tree = WorkTree.around(file.directory());
        byte[] archive = tree.pack();
        if (archive.length > MUCH) {
            surroundings
                    .output()
                    .say(
                            Style.YELLOW,
                            "the working tree has " + (archive.length >> 20)
                                    + " MiB when packed; let git ignore what can be made again");
        }
        String organization = client.personalOrganization();
        String slug = Organization.slug(tree.name());
        String branch = tree.branch().orElse("main");
        String pipeline =
                client.pipeline(organization, slug.isEmpty() ? "pipeline" : slug, "local/" + tree.name(), branch);
        return client.submit(organization, pipeline, body(tree, branch, archive));
    }

    /** Shows its logs until its end, and answers its exit code. */
    int follow(BuildClient client, BuildAddress build) throws Exception {
        Output output = surroundings.output();
        output.say(Style.DIM, "build " + build);
        var printer = new BuildPrinter(output, json);
        BuildFollower.End end = new BuildFollower(client, build, printer, surroundings.pause()).follow();
        printer.summary(end);
        output.say(end.state().equals("passed") ? Style.GREEN : Style.RED, "build " + build + " " + end.state());
        return code(end);
    }

    private ObjectNode body(WorkTree tree, String branch, byte[] archive) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("branch", branch).put("commit", tree.commit()).put("source", "api");
        Optional<String> subject = tree.subject();
        subject.ifPresent(text -> body.put("message", text));
        return body.put("pipeline_ir", file.text())
                .put("source_b64", Base64.getEncoder().encodeToString(archive));
    }

    private void cancel(BuildClient client, BuildAddress build) {
        try {
            surroundings.output().say(Style.YELLOW, "cancelling " + build);
            client.cancel(build);
        } catch (IOException | ApiException e) {
            surroundings.output().error(build + " could not be cancelled: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int code(BuildFollower.End end) {
        boolean failed = end.jobs().stream()
                .anyMatch(job -> job.path("state").asString("").equals("failed")
                        && !job.path("soft_failed").asBoolean());
        return switch (end.state()) {
            case "passed" -> ExitCode.SUCCESS;
            case "canceled" -> ExitCode.INTERRUPTED;
            default -> failed ? ExitCode.FAILED : ExitCode.TIMEOUT;
        };
    }
}
