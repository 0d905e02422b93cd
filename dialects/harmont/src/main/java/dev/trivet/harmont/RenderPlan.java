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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
    private static final String CHECK_OUT = "git -C source checkout --quiet --detach \"$1\" 2>/dev/null"
            + " || { git -C source fetch --quiet origin \"$1\" && git -C source checkout --quiet --detach \"$1\"; }";
    private static final String RENDER = script("render.sh");
    private static final String DISCOVER = script("discover.sh");

    private final HarmontSettings settings;

    RenderPlan(HarmontSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /** Renders from an archive. */
    Plan of(Pipeline pipeline, BlobRef archive) {
        return plan(
                pipeline.organization(),
                "render " + pipeline.organization() + "/" + pipeline.slug(),
                List.of(new ArchiveSpec(archive.sha256(), archive.size(), WORKSPACE, "source.tar.gz")),
                List.of(),
                List.of(render(WORKSPACE, pipeline)),
                RENDER,
                List.of(DEFINITION));
    }

    /**
     * Renders from a clone, and packs it.
     *
     * @param url checked by the caller
     * @param revision commit or branch, checked by the caller
     */
    Plan of(Pipeline pipeline, String url, String revision) {
        return plan(
                pipeline.organization(),
                "render " + pipeline.organization() + "/" + pipeline.slug(),
                List.of(),
                List.of(clone(url, revision)),
                List.of(
                        step("pack", "cd " + CHECKOUT + " && exec tar --exclude=./.git -czf " + ARCHIVE + " ."),
                        render(CHECKOUT, pipeline)),
                RENDER,
                List.of(DEFINITION, ARCHIVE));
    }

    /** Lists the pipelines that a repository declares; arguments as for rendering. */
    Plan discovery(String organization, String url, String revision) {
        return plan(
                organization,
                "discover " + url,
                List.of(),
                List.of(clone(url, revision)),
                List.of(step("discover", "cd " + CHECKOUT + " && exec bash " + SCRIPT + " \"$1\"", DEFINITION)),
                DISCOVER,
                List.of(DEFINITION));
    }

    private static SourceSpec clone(String url, String revision) {
        return new SourceSpec(
                url,
                "source",
                List.of(
                        List.of("git", "clone", "--quiet", "--no-checkout", "--", url, "source"),
                        // The commit of somebody's fork is in no branch, but can be asked for.
                        List.of("sh", "-c", CHECK_OUT, "checkout", revision)),
                null);
    }

    private static StepSpec render(String directory, Pipeline pipeline) {
        return step(
                "render",
                "cd " + directory + " && exec bash " + SCRIPT + " \"$1\" \"$2\"",
                pipeline.definition(),
                DEFINITION);
    }

    private static StepSpec step(String name, String command, String... arguments) {
        List<String> words = new ArrayList<>(List.of("bash", "-c", command, name));
        words.addAll(List.of(arguments));
        return new StepSpec(name, words, Map.of(), LONGEST);
    }

    private Plan plan(
            String organization,
            String title,
            List<ArchiveSpec> archives,
            List<SourceSpec> sources,
            List<StepSpec> steps,
            String script,
            List<String> results) {
        var spec = new JobSpec(
                "render",
                settings.image(settings.defaultImage()),
                null,
                "root",
                WORKSPACE,
                Map.of("HARMONT_PIPELINE_ORG", organization),
                List.of(),
                List.of(),
                List.of(new FileSpec(SCRIPT, EXECUTABLE, script)),
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
                organization,
                title,
                List.of(PlannedJob.of("render", spec)),
                List.of(),
                false,
                LONGEST,
                Map.of("organization", organization));
    }

    private static String script(String name) {
        try (InputStream in = RenderPlan.class.getResourceAsStream("render/" + name)) {
            return new String(Objects.requireNonNull(in, "a script is missing").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
