package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.core.Limits;
import dev.trivet.core.plan.ArchiveSpec;
import dev.trivet.core.plan.ArtifactSpec;
import dev.trivet.core.plan.FileSpec;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.SourceSpec;
import dev.trivet.core.plan.StepSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a run that renders a pipeline from its repository (spec section 3.7): one job in a sandbox, whose artifacts are the rendered
 * pipeline and, where the sources were cloned, their archive.
 */
final class RenderPlan {
    /** Such runs are not builds: this is what they are called. */
    static final String DIALECT = "harmont-render";

    static final Duration LONGEST = Duration.ofMinutes(2);
    static final String DEFINITION = "/tmp/render/pipeline.json";
    static final String ARCHIVE = "/tmp/render/source.tar.gz";

    private static final String SCRIPT = "/tmp/render/render.sh";
    private static final String CHECKOUT = "/workspace/source";
    private static final String WORKSPACE = "/workspace";
    private static final long MOST_BYTES = 256L << 20;
    private static final int EXECUTABLE = 0755;
    private static final String TEXT = script();

    private final HarmontSettings settings;

    RenderPlan(HarmontSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /** Renders from an archive. */
    Plan of(Pipeline pipeline, BlobRef archive) {
        return plan(
                pipeline,
                List.of(new ArchiveSpec(archive.sha256(), archive.size(), WORKSPACE, "source.tar.gz")),
                List.of(),
                List.of(step("render", "cd " + WORKSPACE + " && exec bash " + SCRIPT + " \"$1\" \"$2\"", pipeline)),
                List.of(DEFINITION));
    }

    /**
     * Renders from a clone, and packs it.
     *
     * @param url checked by the caller
     * @param revision commit or branch, checked by the caller; null for the default branch
     */
    Plan of(Pipeline pipeline, String url, @Nullable String revision) {
        List<String> checkout = revision == null
                ? List.of("git", "-C", "source", "checkout", "--quiet", "--detach", "HEAD")
                : List.of("git", "-C", "source", "checkout", "--quiet", "--detach", revision);
        var source = new SourceSpec(
                url,
                "source",
                List.of(List.of("git", "clone", "--quiet", "--no-checkout", "--", url, "source"), checkout),
                null);
        return plan(
                pipeline,
                List.of(),
                List.of(source),
                List.of(
                        step(
                                "pack",
                                "cd " + CHECKOUT + " && exec tar --exclude=./.git -czf " + ARCHIVE + " .",
                                pipeline),
                        step("render", "cd " + CHECKOUT + " && exec bash " + SCRIPT + " \"$1\" \"$2\"", pipeline)),
                List.of(DEFINITION, ARCHIVE));
    }

    private static StepSpec step(String name, String command, Pipeline pipeline) {
        return new StepSpec(
                name, List.of("bash", "-c", command, name, pipeline.definition(), DEFINITION), Map.of(), LONGEST);
    }

    private Plan plan(
            Pipeline pipeline,
            List<ArchiveSpec> archives,
            List<SourceSpec> sources,
            List<StepSpec> steps,
            List<String> results) {
        var spec = new JobSpec(
                "render",
                settings.image(settings.defaultImage()),
                null,
                "root",
                WORKSPACE,
                Map.of("HARMONT_PIPELINE_ORG", pipeline.organization(), "HARMONT_PIPELINE_SLUG", pipeline.slug()),
                List.of(),
                List.of(),
                List.of(new FileSpec(SCRIPT, EXECUTABLE, TEXT)),
                sources,
                archives,
                steps,
                null,
                new ArtifactSpec(results, results.size(), MOST_BYTES),
                Limits.NONE,
                true,
                false);
        return new Plan(
                DIALECT,
                pipeline.organization(),
                "render " + pipeline.organization() + "/" + pipeline.slug(),
                List.of(PlannedJob.of("render", spec)),
                List.of(),
                false,
                LONGEST,
                Map.of("organization", pipeline.organization(), "pipeline", pipeline.slug()));
    }

    private static String script() {
        try (InputStream in = RenderPlan.class.getResourceAsStream("render/render.sh")) {
            return new String(
                    Objects.requireNonNull(in, "render.sh is missing").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
