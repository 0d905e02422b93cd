package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.engine.Engine;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.harmont.pipeline.Definition;
import dev.trivet.harmont.pipeline.PipelineException;
import dev.trivet.harmont.pipeline.PipelineParser;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with builds, whichever way it is asked for. Does not ask who may: that is the caller's task. Thread-safe.
 */
public final class Builds {
    private final Engine engine;
    private final PipelineStore pipelines;
    private final BuildStore builds;
    private final HarmontPlanner planner;
    private final InstantSource clock;

    public Builds(
            Engine engine, PipelineStore pipelines, BuildStore builds, HarmontPlanner planner, InstantSource clock) {
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.pipelines = Objects.requireNonNull(pipelines, "pipelines is null");
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.planner = Objects.requireNonNull(planner, "planner is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Accepts a build; it is durable when this returns.
     *
     * @param ir the rendered pipeline
     * @param by number of the user who asked for it, or null for a forge
     * @throws PipelineException if the pipeline is rejected; then a failed build without jobs tells so, too
     */
    Build submit(Pipeline pipeline, BuildForm form, String ir, @Nullable BlobRef archive, @Nullable Long by)
            throws PipelineException {
        Definition definition;
        try {
            definition = PipelineParser.parse(ir);
        } catch (PipelineException rejected) {
            var _ = reject(
                    pipeline, form, archive, by, rejected.code().wireName(), String.valueOf(rejected.getMessage()));
            throw rejected;
        }
        UUID id = UUID.randomUUID();
        int number = pipelines.nextNumber(pipeline.id());
        HarmontPlanner.Planned planned = planner.plan(pipeline, number, form, definition, archive, clock.instant());
        Long timeout =
                definition.timeout() == null ? null : definition.timeout().toMillis();
        var build = new NewBuild(id, pipeline.id(), number, form, by, archive, timeout, null, null);
        SubmittedRun _ = engine.submit(planned.plan(), (handle, run) -> {
            BuildStore.insert(handle, build, run.runId(), clock.instant());
            JobStore.insert(handle, id, planned.jobs(), run.jobIds());
        });
        return find(id);
    }

    /** Enters a build that will never run, and why. */
    Build reject(
            Pipeline pipeline,
            BuildForm form,
            @Nullable BlobRef archive,
            @Nullable Long by,
            String errorCode,
            String errorMessage) {
        UUID id = UUID.randomUUID();
        int number = pipelines.nextNumber(pipeline.id());
        builds.insertRejected(
                new NewBuild(id, pipeline.id(), number, form, by, archive, null, errorCode, errorMessage),
                clock.instant());
        return find(id);
    }

    /** Cancels what has not ended; a build that has ended stays as it is. Running jobs end a little later. */
    Build cancel(Build build) {
        if (build.runId() != null && !build.state().terminal()) {
            boolean _ = engine.cancelRun(build.runId());
        }
        return find(build.id());
    }

    private Build find(UUID id) {
        return builds.find(id).orElseThrow(() -> new IllegalStateException("build " + id + " is gone"));
    }
}
