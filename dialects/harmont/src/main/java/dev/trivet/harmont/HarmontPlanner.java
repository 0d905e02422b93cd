package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.core.Limits;
import dev.trivet.core.plan.ArchiveSpec;
import dev.trivet.core.plan.ArtifactSpec;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Requirements;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.harmont.JobStore.NewJob;
import dev.trivet.harmont.pipeline.CacheKeys;
import dev.trivet.harmont.pipeline.Definition;
import dev.trivet.harmont.pipeline.Dependency;
import dev.trivet.harmont.pipeline.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compiles a pipeline to a plan (spec section 4.4). Pure but for the ids that it gives to jobs. */
public final class HarmontPlanner {
    /** The name of this dialect in plans, grants and listeners. */
    public static final String DIALECT = "harmont";

    /** Where commands run and sources are. */
    static final String WORKSPACE = "/workspace";

    private static final String ARCHIVE = "source.tar.gz";
    private static final int MAX_ARTIFACTS = 100;
    private static final long MAX_ARTIFACT_BYTES = 1L << 30;
    /** How often a job is repeated that the infrastructure has lost. */
    private static final int LOSSES = 2;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final HarmontSettings settings;

    public HarmontPlanner(HarmontSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /**
     * A plan and what this dialect writes of its jobs.
     *
     * @param jobs prerequisites before dependents
     */
    record Planned(Plan plan, List<NewJob> jobs) {
        Planned {
            jobs = List.copyOf(jobs);
        }
    }

    /** @param now decides in which window of time a cached step stands */
    Planned plan(
            Pipeline pipeline,
            int number,
            BuildForm form,
            Definition definition,
            @Nullable BlobRef archive,
            Instant now) {
        List<Step> ordered = definition.topological();
        Set<String> based = new HashSet<>();
        definition.edges().stream()
                .filter(edge -> edge.kind() == Dependency.Kind.BUILDS_IN)
                .forEach(edge -> based.add(edge.to()));
        Map<String, String> common = common(pipeline, number, form);
        // What depends on files is named by the client, who has them.
        Map<String, String> cacheKeys =
                new CacheKeys(pipeline.organization(), pipeline.slug(), now, path -> Optional.empty()).of(definition);
        List<ArchiveSpec> archives = archive == null
                ? List.of()
                : List.of(new ArchiveSpec(archive.sha256(), archive.size(), WORKSPACE, ARCHIVE));
        List<PlannedJob> jobs = new ArrayList<>();
        for (Step step : ordered) {
            String image = based.contains(step.key()) ? null : image(step, definition);
            String cacheKey = cacheKeys.get(step.key());
            jobs.add(job(step, spec(step, image, environment(common, step, form), archives))
                    .cachedAs(cacheKey == null ? null : DIALECT + "/" + pipeline.id() + "/" + cacheKey));
        }
        Plan plan = new Plan(
                DIALECT,
                pipeline.organization(),
                pipeline.organization() + "/" + pipeline.slug() + " #" + number,
                jobs,
                definition.edges().stream().map(HarmontPlanner::edge).toList(),
                false,
                definition.timeout(),
                labels(pipeline, number, form));
        return new Planned(plan, rows(ordered, definition.edges()));
    }

    private String image(Step step, Definition definition) {
        String own = step.image() == null ? definition.defaultImage() : step.image();
        return settings.image(own == null ? settings.defaultImage() : own);
    }

    private static JobSpec spec(
            Step step, @Nullable String image, Map<String, String> environment, List<ArchiveSpec> archives) {
        Duration timeout = step.timeout() == null ? HarmontSettings.DEFAULT_TIMEOUT : step.timeout();
        return new JobSpec(
                step.label() == null ? step.key() : step.label(),
                image,
                null,
                "root",
                WORKSPACE,
                environment,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                archives,
                List.of(new StepSpec("command", List.of("bash", "-c", step.command()), Map.of(), timeout)),
                null,
                new ArtifactSpec(step.artifacts(), MAX_ARTIFACTS, MAX_ARTIFACT_BYTES),
                Limits.NONE,
                true,
                false);
    }

    private static PlannedJob job(Step step, JobSpec spec) {
        return new PlannedJob(
                step.key(),
                step.label() == null ? step.key() : step.label(),
                spec,
                Requirements.NONE,
                0,
                retry(step),
                softFail(step));
    }

    private static RetryPolicy retry(Step step) {
        if (step.retry() == null) {
            return new RetryPolicy(LOSSES, 0, Set.of(), false, Duration.ZERO, LONGEST_PAUSE);
        }
        return switch (step.retry().backoff()) {
            case NONE -> retries(step.retry().maxRetries(), Duration.ZERO, RetryPolicy.Growth.LINEAR);
            case LINEAR -> retries(step.retry().maxRetries(), FIRST_PAUSE, RetryPolicy.Growth.LINEAR);
            case EXPONENTIAL -> retries(step.retry().maxRetries(), FIRST_PAUSE, RetryPolicy.Growth.DOUBLING);
        };
    }

    private static RetryPolicy retries(int most, Duration pause, RetryPolicy.Growth growth) {
        return new RetryPolicy(LOSSES, most, Set.of(), true, pause, LONGEST_PAUSE, growth);
    }

    private static SoftFail softFail(Step step) {
        if (step.softFail() == null) {
            return SoftFail.NEVER;
        }
        return step.softFail().any()
                ? SoftFail.ALWAYS
                : new SoftFail(false, step.softFail().exitCodes());
    }

    private static Edge edge(Dependency dependency) {
        return new Edge(
                dependency.from(),
                dependency.to(),
                switch (dependency.kind()) {
                    case BUILDS_IN -> Edge.Kind.BUILDS_IN;
                    case DEPENDS_ON -> Edge.Kind.DEPENDS_ON;
                },
                dependency.onFinish() ? Edge.Condition.FINISHED : Edge.Condition.PASSED);
    }

    /** What every job is told of its build, unless the pipeline uses the names itself. */
    private static Map<String, String> common(Pipeline pipeline, int number, BuildForm form) {
        Map<String, String> common = new HashMap<>();
        common.put("CI", "true");
        common.put("HARMONT", "true");
        common.put("HARMONT_ORG", pipeline.organization());
        common.put("HARMONT_PIPELINE", pipeline.slug());
        common.put("HARMONT_BUILD_NUMBER", Integer.toString(number));
        if (form.branch() != null) {
            common.put("HARMONT_BRANCH", form.branch());
        }
        if (form.commit() != null) {
            common.put("HARMONT_COMMIT", form.commit());
        }
        return common;
    }

    private static Map<String, String> environment(Map<String, String> common, Step step, BuildForm form) {
        Map<String, String> environment = new HashMap<>(common);
        environment.put("HARMONT_STEP_KEY", step.key());
        environment.putAll(step.environment());
        environment.putAll(form.environment());
        return environment;
    }

    private static Map<String, String> labels(Pipeline pipeline, int number, BuildForm form) {
        Map<String, String> labels = new HashMap<>();
        labels.put("organization", pipeline.organization());
        labels.put("pipeline", pipeline.slug());
        labels.put("build", Integer.toString(number));
        labels.put("source", form.source().wireName());
        if (form.branch() != null) {
            labels.put("branch", form.branch());
        }
        if (form.commit() != null) {
            labels.put("commit", form.commit());
        }
        if (form.message() != null) {
            labels.put("message", form.message().lines().findFirst().orElse(""));
        }
        return labels;
    }

    private static List<NewJob> rows(List<Step> ordered, List<Dependency> dependencies) {
        Map<String, UUID> ids = new HashMap<>();
        ordered.forEach(step -> ids.put(step.key(), UUID.randomUUID()));
        Map<String, List<UUID>> prerequisites = new HashMap<>();
        for (Dependency edge : dependencies) {
            prerequisites
                    .computeIfAbsent(edge.to(), key -> new ArrayList<>())
                    .add(Objects.requireNonNull(ids.get(edge.from()), "an edge from no step"));
        }
        return ordered.stream()
                .map(step -> new NewJob(
                        Objects.requireNonNull(ids.get(step.key()), "a step without id"),
                        step.key(),
                        step.label(),
                        step.command(),
                        prerequisites.getOrDefault(step.key(), List.of()),
                        step.retry() == null ? null : step.retry().original().toString(),
                        step.softFail() == null
                                ? null
                                : step.softFail().original().toString()))
                .toList();
    }
}
