package dev.trivet.srht;

import dev.trivet.core.Limits;
import dev.trivet.core.plan.ArtifactSpec;
import dev.trivet.core.plan.FileSpec;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Repository;
import dev.trivet.core.plan.SourceSpec;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.srht.guest.BuildEnvironment;
import dev.trivet.srht.guest.Checkout;
import dev.trivet.srht.guest.TaskScript;
import dev.trivet.srht.manifest.Manifest;
import dev.trivet.srht.manifest.SourceUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles a submission to a plan of one job (spec section 5). Pure. */
public final class SrhtPlanner {
    /** The name of this dialect in plans, grants and listeners. */
    public static final String DIALECT = "srht";

    /** Files kept of one job. */
    public static final int MAX_ARTIFACTS = 8;

    /** The largest of them, in bytes. */
    public static final long MAX_ARTIFACT_BYTES = 1L << 30;

    /** The only job's key. */
    static final String KEY = "job";

    private static final String USER = "build";
    private static final String HOME = "/home/build";
    private static final String CLONE_HINT =
            "If the repository is private, an SSH key among the secrets of the manifest is needed to clone it.";

    private final SrhtSettings settings;

    public SrhtPlanner(SrhtSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /**
     * The plan.
     *
     * @param id number of the job, which its environment and its log name
     */
    public Plan plan(long id, Owner owner, Submission submission) {
        Manifest manifest = submission.manifest();
        JobSpec spec = new JobSpec(
                "#" + id,
                manifest.image(),
                manifest.arch(),
                USER,
                HOME,
                Map.of(),
                repositories(manifest),
                packages(manifest),
                files(id, owner, manifest),
                sources(manifest),
                List.of(),
                steps(manifest),
                HOME + "/" + BuildEnvironment.COMPLETE_BUILD_PATH,
                new ArtifactSpec(manifest.artifacts(), MAX_ARTIFACTS, MAX_ARTIFACT_BYTES),
                new Limits(0, 0, 0, 0, settings.deadline(), null, 0),
                true,
                manifest.shell());
        return new Plan(
                DIALECT,
                owner.canonicalName(),
                title(id, submission),
                List.of(PlannedJob.of(KEY, spec)),
                List.of(),
                !submission.execute(),
                null,
                labels(id, submission));
    }

    private static String title(long id, Submission submission) {
        return (submission.tags().isEmpty() ? "" : String.join("/", submission.tags()) + " ") + "#" + id;
    }

    private static Map<String, String> labels(long id, Submission submission) {
        return Map.of(
                "job", Long.toString(id),
                "image", submission.manifest().image(),
                "tags", String.join("/", submission.tags()),
                "visibility", submission.access().visibility().wireName());
    }

    private static List<Repository> repositories(Manifest manifest) {
        return manifest.repositories().entrySet().stream()
                .map(entry -> new Repository(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The reference joins the list with spaces, so an entry may name several. */
    private static List<String> packages(Manifest manifest) {
        return manifest.packages().stream()
                .flatMap(entry -> Stream.of(entry.strip().split("\\s+")))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private List<FileSpec> files(long id, Owner owner, Manifest manifest) {
        List<FileSpec> files = new ArrayList<>();
        for (Manifest.Task task : manifest.tasks()) {
            TaskScript script = TaskScript.of(task);
            files.add(new FileSpec(HOME + "/" + script.path(), TaskScript.MODE, script.text()));
        }
        if (BuildEnvironment.problem(manifest.environment()).isEmpty()) {
            String text = BuildEnvironment.text(
                    manifest.environment(), BuildEnvironment.added(settings.origin(), owner.name(), id));
            files.add(new FileSpec(HOME + "/" + BuildEnvironment.PATH, BuildEnvironment.MODE, text));
        }
        return files;
    }

    /** What the manifest asks for and cannot be had fails the job where the reference does: while it sets up. */
    private static List<SourceSpec> sources(Manifest manifest) {
        List<SourceSpec> sources = new ArrayList<>();
        BuildEnvironment.problem(manifest.environment())
                .ifPresent(problem -> sources.add(refusal("environment", problem)));
        manifest.sources().forEach(source -> sources.add(source(source)));
        return sources;
    }

    private static SourceSpec source(SourceUrl source) {
        Optional<String> problem = Checkout.problem(source);
        return problem.isPresent()
                ? refusal(source.url(), problem.get())
                : new SourceSpec(source.url(), source.directory(), Checkout.commands(source), CLONE_HINT);
    }

    /** A source that always fails, and whose hint says why. */
    private static SourceSpec refusal(String what, String problem) {
        return new SourceSpec(what, "", List.of(List.of("false")), problem);
    }

    private static List<StepSpec> steps(Manifest manifest) {
        return manifest.tasks().stream()
                .map(task -> new StepSpec(
                        task.name(), List.of(HOME + "/" + TaskScript.DIRECTORY + "/" + task.name()), Map.of(), null))
                .toList();
    }
}
