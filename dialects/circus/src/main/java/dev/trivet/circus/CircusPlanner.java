package dev.trivet.circus;

import dev.trivet.core.Limits;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Requirements;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engine's runs and jobs of evaluations and builds (spec sections 4 and 5). An evaluation is a run that grows by its builds; each
 * jobset has its own share of the runners. Thread-safe.
 */
final class CircusPlanner {
    static final String DIALECT = "circus";

    /** The job of a run that evaluates. */
    static final String EVALUATION = "evaluation";

    /** Builds that no machine is needed for, such as {@code builtins.fetchurl}. */
    private static final String BUILTIN = "builtin";

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:/=+-]{0,127}");
    private static final Pattern DERIVATION = Pattern.compile("/[^\\s\\x00]+\\.drv");
    private static final Duration BACKOFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);
    private static final int LONGEST_NAME = 255;
    private static final RetryPolicy RETRY = new RetryPolicy(3, 0, Set.of(), false, BACKOFF, LONGEST_BACKOFF);

    private final EvaluationSettings evaluation;
    private final BuildSettings build;

    CircusPlanner(EvaluationSettings evaluation, BuildSettings build) {
        this.evaluation = Objects.requireNonNull(evaluation, "evaluation is null");
        this.build = Objects.requireNonNull(build, "build is null");
    }

    /** The run of an evaluation. */
    Plan evaluate(DueEvaluation due, Collection<JobsetInput> inputs) {
        NixSpec.Evaluate spec = new NixSpec.Evaluate(
                due.repositoryUrl(),
                due.commit(),
                due.jobset().flakeMode(),
                due.jobset().nixExpression(),
                inputs.stream()
                        .map(input -> new NixSpec.Input(input.name(), input.inputType(), value(input)))
                        .toList(),
                evaluation.restricted(),
                evaluation.importFromDerivation(),
                evaluation.gitTimeout(),
                evaluation.timeout(),
                due.id().toString());
        PlannedJob job = new PlannedJob(
                EVALUATION,
                "evaluate " + due.jobset().nixExpression(),
                JobSpec.ofNix("evaluation " + shortened(due.commit()), spec, Limits.NONE),
                Requirements.of(NixSpec.REQUIREMENT),
                0,
                RETRY,
                SoftFail.NEVER);
        return new Plan(
                DIALECT,
                tenant(due.projectName(), due.jobset().name()),
                tenant(due.projectName(), due.jobset().name()) + " " + shortened(due.commit()),
                List.of(job),
                List.of(),
                false,
                null,
                true,
                Map.of(
                        "project",
                        due.projectName(),
                        "jobset",
                        due.jobset().name(),
                        "commit",
                        due.commit(),
                        "evaluation",
                        due.id().toString()));
    }

    /** An input of type git is what stands in its value, at its revision. */
    private static String value(JobsetInput input) {
        String revision = input.revision();
        boolean pinned = input.inputType().equals("git") && revision != null && !revision.isEmpty();
        return pinned && !input.value().contains("rev=")
                ? input.value() + (input.value().contains("?") ? "&" : "?") + "rev=" + revision
                : input.value();
    }

    /** A run of builds that are not part of a running evaluation: restarted ones. */
    Plan builds(String project, String jobset, String title, List<PlannedJob> jobs, List<Edge> edges) {
        return new Plan(
                DIALECT,
                tenant(project, jobset),
                title,
                jobs,
                edges,
                false,
                null,
                Map.of("project", project, "jobset", jobset));
    }

    /** A run that lets go of what is kept in a store. */
    Plan collect(String store, List<NixSpec.Dropped> dropped, boolean garbage) {
        return Plan.of(
                DIALECT,
                "garbage",
                "let go of " + dropped.size() + " evaluations",
                List.of(new PlannedJob(
                        "collect",
                        "collect garbage",
                        JobSpec.ofNix("garbage", new NixSpec.Collect(dropped, garbage), Limits.NONE),
                        Requirements.of(NixSpec.REQUIREMENT, store),
                        0,
                        RETRY,
                        SoftFail.NEVER)),
                List.of());
    }

    /**
     * What a build needs of the engine.
     *
     * @param store word of the store that its derivation is in; null if that is not known
     */
    record Wish(
            String jobName,
            String drvPath,
            @Nullable String system,
            Collection<String> features,
            @Nullable String store,
            int priority,
            @Nullable Integer timeout,
            @Nullable Integer maxSilent) {}

    /** Why a build can be built nowhere; empty if it can. */
    Optional<String> impossible(Wish wish) {
        if (!DERIVATION.matcher(wish.drvPath).matches()) {
            return Optional.of("'" + wish.drvPath + "' is no derivation: its path should be absolute and end in .drv");
        }
        String system = wish.system;
        if (system != null && !WORD.matcher(system).matches()) {
            return Optional.of("'" + system + "' is no system such as x86_64-linux");
        }
        return wish.features.stream()
                .filter(feature -> !WORD.matcher(feature).matches())
                .findFirst()
                .map(feature -> "'" + feature + "' is no feature of a machine such as kvm");
    }

    /** Whether a job can have this name. */
    static boolean isName(String jobName) {
        return !jobName.isBlank() && jobName.length() <= LONGEST_NAME && JsonFields.isStorable(jobName);
    }

    /**
     * Of a build that is not {@link #impossible}.
     *
     * @param builders machines over SSH that could do it; with one of them, any runner can ask for it
     */
    PlannedJob build(Wish wish, BuilderLines builders) {
        List<String> lines = builders.of(wish.system, wish.features);
        Set<String> words = new TreeSet<>(lines.isEmpty() ? wish.features : List.of());
        words.add(NixSpec.REQUIREMENT);
        String system = wish.system;
        if (system != null && !system.equals(BUILTIN) && lines.isEmpty()) {
            words.add(system);
        }
        String store = wish.store;
        if (store != null) {
            words.add(store);
        }
        NixSpec.Build spec = new NixSpec.Build(
                wish.drvPath,
                seconds(wish.timeout, build.timeout()),
                seconds(wish.maxSilent, build.maxSilent()),
                build.maxLogBytes(),
                lines);
        return new PlannedJob(
                key(wish.jobName),
                wish.jobName,
                JobSpec.ofNix(wish.jobName, spec, Limits.NONE),
                new Requirements(words),
                wish.priority,
                RETRY,
                SoftFail.NEVER);
    }

    /** What a derivation asks for counts if it is less than what the operator allows. */
    private static Duration seconds(@Nullable Integer asked, Duration usual) {
        if (asked == null || asked <= 0) {
            return usual;
        }
        Duration own = Duration.ofSeconds(asked);
        return usual.isPositive() && usual.compareTo(own) < 0 ? usual : own;
    }

    /** The engine's key of a build. */
    static String key(String jobName) {
        return "build/" + jobName;
    }

    /** Whose share of the runners a jobset has. */
    static String tenant(String project, String jobset) {
        return project + "/" + jobset;
    }

    static String shortened(String commit) {
        return commit.substring(0, Math.min(12, commit.length()));
    }
}
