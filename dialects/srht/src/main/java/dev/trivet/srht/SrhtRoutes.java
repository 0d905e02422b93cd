package dev.trivet.srht;

import dev.trivet.http.Access;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The REST API of builds.sr.ht (spec section 3), versions of 2019, 2020 and 2023 in one. Access lists are enforced on the loaded
 * row: a job that a caller may not see answers as if it did not exist.
 */
public final class SrhtRoutes {
    private static final String SCOPE = "jobs";

    private final SrhtJobs actions;
    private final JobStore jobs;
    private final ArtifactStore artifacts;
    private final SrhtViews views;
    private final GroupRoutes groups;

    public SrhtRoutes(SrhtJobs actions, JobStore jobs, ArtifactStore artifacts, GroupStore groups, SrhtViews views) {
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts is null");
        this.views = Objects.requireNonNull(views, "views is null");
        this.groups = new GroupRoutes(actions, groups, views);
    }

    /** Everything below {@code /api}. */
    public RouteGroup group() {
        return new RouteGroup(
                "/api",
                SrhtErrors.JSON,
                Set.of(CredentialKind.TOKEN),
                Stream.concat(jobRoutes().stream(), groups.routes().stream()).toList());
    }

    static Access reading() {
        return Access.reading(SrhtPlanner.DIALECT, SCOPE);
    }

    static Access writing() {
        return Access.writing(SrhtPlanner.DIALECT, SCOPE);
    }

    private List<Route> jobRoutes() {
        return List.of(
                Route.post("/api/jobs", writing(), this::submit).describedAs("Submit a job"),
                Route.get("/api/jobs", reading(), this::list).describedAs("List one's own jobs"),
                Route.get("/api/jobs/{id}", reading(), this::show).describedAs("Show a job"),
                Route.get("/api/jobs/{id}/artifacts", reading(), this::artifacts)
                        .describedAs("List a job's artifacts"),
                Route.get("/api/jobs/{id}/manifest", Access.PUBLIC, this::manifest)
                        .describedAs("Show a job's manifest as it was submitted"),
                Route.post("/api/jobs/{id}/start", writing(), this::start).describedAs("Queue a pending job"),
                Route.post("/api/jobs/{id}/cancel", writing(), this::cancel).describedAs("Cancel a job"));
    }

    private Response submit(Request request) throws IOException {
        Submission submission = SubmissionForm.read(Validation.of(request));
        Job job = actions.submit(Owner.of(request.requirePrincipal()), submission);
        return Response.json(view(job));
    }

    private Response list(Request request) {
        Page<Job> page = jobs.page(request.requirePrincipal().userId(), cursor(request));
        Map<Integer, List<Task>> tasks = jobs.tasks(page.results());
        return Response.json(views.page(page, job -> views.job(job, tasks.getOrDefault(job.id(), List.of()))));
    }

    private Response show(Request request) {
        return Response.json(view(readable(request)));
    }

    private Response artifacts(Request request) {
        Job job = readable(request);
        return Response.json(
                views.page(artifacts.page(job, cursor(request)), artifact -> views.artifact(job, artifact)));
    }

    private Response manifest(Request request) {
        Job job = readable(request);
        return Response.text(jobs.manifest(job.id()).orElseThrow(() -> HttpException.notFound("404 not found")));
    }

    private Response start(Request request) {
        Job job = writable(request);
        if (!actions.start(job)) {
            throw HttpException.badRequest("This job is already " + standing(job));
        }
        return Response.json(Map.of());
    }

    /** Read anew, as it may have gone on since it was found to be no longer pending. */
    private String standing(Job job) {
        return switch (jobs.find(job.id()).orElse(job).status()) {
            case PENDING, QUEUED -> "queued";
            case RUNNING -> "running";
            case SUCCESS, FAILED, TIMEOUT, CANCELLED -> "complete";
        };
    }

    private Response cancel(Request request) {
        actions.cancel(writable(request));
        return Response.json(Map.of());
    }

    private Map<String, ?> view(Job job) {
        return views.job(job, jobs.tasks(List.of(job)).getOrDefault(job.id(), List.of()));
    }

    private Job readable(Request request) {
        return jobs.find(request.id("id"))
                .filter(job -> job.access().mayRead(job.owner(), request.principal()))
                .orElseThrow(() -> HttpException.notFound("404 not found"));
    }

    private Job writable(Request request) {
        Job job = readable(request);
        if (!job.access().mayWrite(job.owner(), request.requirePrincipal())) {
            throw new HttpException(
                    Problem.of(Problem.Kind.FORBIDDEN, "401 unauthorized").withStatus(401));
        }
        return job;
    }

    private static OptionalLong cursor(Request request) {
        return request.query().number("start", 0, Long.MAX_VALUE);
    }
}
