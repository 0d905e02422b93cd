package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.tar.SourceArchive;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.state.RunState;
import dev.trivet.engine.Engine;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.harmont.vcs.RepositoryUrl;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.JobRow;
import dev.trivet.store.RunRow;
import dev.trivet.store.RunStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Renders pipelines from their repositories, in sandboxes like any job (spec section 3.7). Thread-safe. */
final class Rendering {
    private static final int MOST_BYTES = 16 << 20;
    private static final int SHOWN = 2000;
    /** What a rendering may take, with its time in the queue. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** Neither an option nor an expression of git. */
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./+-]{0,254}");

    private static final Pattern NO_COMMIT = Pattern.compile("0+");

    private final Engine engine;
    private final RunStore runs;
    private final BlobStore blobs;
    private final LogStore logs;
    private final RenderPlan plans;
    private final InstantSource clock;
    private final Set<String> schemes;

    /** @param schemes of addresses that may be cloned */
    Rendering(
            Engine engine,
            RunStore runs,
            BlobStore blobs,
            LogStore logs,
            RenderPlan plans,
            InstantSource clock,
            Set<String> schemes) {
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.plans = Objects.requireNonNull(plans, "plans is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.schemes = Set.copyOf(schemes);
    }

    /**
     * What came out.
     *
     * @param ir the pipeline, unchecked
     */
    record Rendered(String ir, BlobRef archive) {}

    /**
     * Renders the pipeline from the archive, or from a clone of its repository where there is none. Waits for it: it may
     * run for two minutes, and is given up after ten, when no runner has come to it.
     *
     * @param url where the repository is cloned from
     * @throws RenderException if it cannot be rendered; the message has what the program said
     */
    Rendered render(Pipeline pipeline, BuildForm form, @Nullable BlobRef archive, String url)
            throws RenderException, IOException, InterruptedException {
        Plan plan = archive != null
                ? plans.of(pipeline, archive)
                : plans.of(pipeline, cloneable(url), revision(pipeline, form));
        List<ArtifactRow> results = run(plan, "rendering the pipeline " + pipeline.definition());
        String ir =
                text(result(results, RenderPlan.DEFINITION).orElseThrow(() -> new RenderException("nothing came out")));
        if (ir.isBlank()) {
            throw new RenderException("rendering the pipeline " + pipeline.definition() + " printed nothing");
        }
        return new Rendered(ir, archive != null ? archive : packed(results));
    }

    /**
     * Lists the pipelines that a repository declares at a commit: the registry of spec section 3.7 as JSON text, unchecked.
     *
     * @throws RenderException if the repository's programs fail
     */
    String discover(String organization, String url, String commit)
            throws RenderException, IOException, InterruptedException {
        List<ArtifactRow> results =
                run(plans.discovery(organization, cloneable(url), checked(commit)), "looking for pipelines in " + url);
        return text(result(results, RenderPlan.DEFINITION).orElseThrow(() -> new RenderException("nothing came out")));
    }

    /** Runs it to its end; what it leaves. */
    private List<ArtifactRow> run(Plan plan, String what) throws RenderException, IOException, InterruptedException {
        SubmittedRun submitted = engine.submit(plan);
        RunRow run = await(submitted.runId(), what);
        long job = submitted.onlyJob();
        if (run.state() != RunState.PASSED) {
            throw new RenderException(what + " failed: " + said(job));
        }
        return runs.artifacts(List.of(job));
    }

    private String cloneable(String url) throws RenderException {
        int colon = url.indexOf("://");
        // git@host:path is ssh, too.
        String scheme = colon >= 0 ? url.substring(0, colon) : RepositoryUrl.isCloneable(url) ? "ssh" : "";
        if (!schemes.contains(scheme)) {
            throw new RenderException(
                    "the build has neither a rendered pipeline nor sources, and the pipeline's repository '" + url
                            + "' cannot be cloned: expected an address that begins with one of " + schemes);
        }
        return url;
    }

    private static String revision(Pipeline pipeline, BuildForm form) throws RenderException {
        String commit =
                form.commit() == null || NO_COMMIT.matcher(form.commit()).matches() ? null : form.commit();
        String branch = form.branch() == null ? pipeline.defaultBranch() : form.branch();
        return checked(commit != null ? commit : "origin/" + branch);
    }

    private static String checked(String revision) throws RenderException {
        if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
            throw new RenderException("'" + revision + "' is neither a commit nor a branch");
        }
        return revision;
    }

    private RunRow await(long runId, String what) throws RenderException, InterruptedException {
        Instant deadline = clock.instant().plus(LONGEST_WAIT);
        while (true) {
            long seen = engine.events().version();
            Optional<RunRow> run = runs.run(runId);
            if (run.isPresent() && run.get().finishedAt() != null) {
                return run.get();
            }
            if (clock.instant().isAfter(deadline)) {
                engine.cancelRun(runId);
                throw new RenderException(what + " did not end within " + LONGEST_WAIT.toMinutes()
                        + " minutes: no runner may be free for it, try again later");
            }
            engine.events().await(seen);
        }
    }

    /** The archive of a clone, looked at as if somebody had sent it. */
    private BlobRef packed(List<ArtifactRow> results) throws RenderException, IOException {
        ArtifactRow row = result(results, RenderPlan.ARCHIVE)
                .orElseThrow(() -> new RenderException("the sources were not packed"));
        var ref = new BlobRef(row.blob(), row.size());
        try (InputStream in = blobs.open(ref)) {
            SourceArchive.check(in, SourceArchive.Bounds.USUAL);
        } catch (IOException unsafe) {
            throw new RenderException("the repository cannot be used as sources: " + unsafe.getMessage());
        }
        return ref;
    }

    private static Optional<ArtifactRow> result(List<ArtifactRow> results, String path) {
        return results.stream().filter(row -> row.path().equals(path)).findFirst();
    }

    private String text(ArtifactRow row) throws IOException {
        try (InputStream in = blobs.openVerified(new BlobRef(row.blob(), row.size()))) {
            return new String(in.readNBytes(MOST_BYTES + 1), StandardCharsets.UTF_8);
        }
    }

    /** The end of what the failed step wrote, or of the setup where nothing else was written. */
    private String said(long job) throws IOException {
        int step = 0;
        for (var row : runs.steps(job)) {
            if (logs.size(new LogKey(job, row.number())) > 0) {
                step = row.number();
            }
        }
        String end = new String(logs.tail(new LogKey(job, step), SHOWN).bytes(), StandardCharsets.UTF_8).strip();
        String reason = runs.job(job)
                .map(JobRow::outcome)
                .map(outcome -> String.valueOf(outcome.message()))
                .orElse("it was stopped");
        return end.isEmpty() ? reason : reason + ": " + end;
    }
}
