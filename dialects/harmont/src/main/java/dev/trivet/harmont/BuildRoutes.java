package dev.trivet.harmont;

import dev.trivet.accounts.Organization;
import dev.trivet.blobs.BlobRef;
import dev.trivet.harmont.pipeline.PipelineException;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds, their jobs, logs and artifacts (spec sections 2.7 to 2.10). */
final class BuildRoutes {
    /** Base64 of a source archive is inside the JSON; clients send up to 8 MB, and 16 MiB of archive fit. */
    static final long BODY_LIMIT = 40L << 20;

    private static final String SCOPE = "builds";
    private static final String ORGANIZATION = "/api/v0/organizations/{org}";
    private static final String BUILDS = ORGANIZATION + "/pipelines/{pipeline}/builds";
    private static final String BUILD = BUILDS + "/{number}";
    private static final String JOB = BUILD + "/jobs/{job_id}";
    private static final int LONGEST = 1024;

    private final Lookup lookup;
    private final PipelineStore pipelines;
    private final BuildStore builds;
    private final JobStore jobs;
    private final Builds actions;
    private final Sources sources;
    private final Rendering rendering;
    private final LogTokens tokens;
    private final ArtifactRoutes artifacts;

    BuildRoutes(
            Lookup lookup,
            PipelineStore pipelines,
            BuildStore builds,
            JobStore jobs,
            Builds actions,
            Sources sources,
            Rendering rendering,
            LogTokens tokens,
            ArtifactRoutes artifacts) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.pipelines = Objects.requireNonNull(pipelines, "pipelines is null");
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.sources = Objects.requireNonNull(sources, "sources is null");
        this.rendering = Objects.requireNonNull(rendering, "rendering is null");
        this.tokens = Objects.requireNonNull(tokens, "tokens is null");
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts is null");
    }

    List<Route> routes() {
        return List.of(
                Route.post(BUILDS, Lookup.writing(SCOPE), this::create)
                        .withBodyLimit(BODY_LIMIT)
                        .describedAs(builds("Create a build", "createBuild")
                                .taking("CreateBuildRequest")
                                .answering(201, "Build")
                                .failing(402, 403, 404, 422)),
                Route.post(ORGANIZATION + "/builds", Lookup.writing(SCOPE), this::createBySource)
                        .withBodyLimit(BODY_LIMIT)
                        .describedAs(builds("Create a build of a repository's pipeline", "createBuildBySource")
                                .taking("CreateRepoBuildRequest")
                                .answering(201, "Build")
                                .failing(402, 403, 404, 422)),
                Route.get(BUILDS, Lookup.reading(SCOPE), this::list)
                        .describedAs(builds("List builds, newest first", "listBuilds")
                                .asking("limit", "cursor")
                                .answering(200, "BuildList")
                                .failing(404)),
                Route.get(BUILD, Lookup.reading(SCOPE), this::show)
                        .describedAs(builds("Show a build", "getBuild")
                                .answering(200, "Build")
                                .failing(404)),
                Route.put(BUILD + "/cancel", Lookup.writing(SCOPE), this::cancel)
                        .describedAs(builds("Cancel a build", "cancelBuild")
                                .answering(200, "Build")
                                .failing(404)),
                Route.get(BUILD + "/log-token", Lookup.reading(SCOPE), this::logToken)
                        .describedAs(builds("Get a token for the build's log streams", "getBuildLogToken")
                                .answering(200, "LogTokenResponse")
                                .failing(404)),
                Route.get(BUILD + "/jobs", Lookup.reading(SCOPE), this::listJobs)
                        .describedAs(jobs("List a build's jobs, prerequisites first", "listJobs")
                                .answering(200, "JobList")
                                .failing(404)),
                Route.get(JOB, Lookup.reading(SCOPE), this::showJob)
                        .describedAs(jobs("Show a job", "getJob")
                                .answering(200, "Job")
                                .failing(404)),
                Route.get(JOB + "/artifacts", Lookup.reading(SCOPE), request -> artifacts.list(lookup.job(request)))
                        .describedAs(jobs("List a job's artifacts", "listJobArtifacts")
                                .answering(200, "ArtifactList")
                                .failing(404)),
                Route.get(JOB + "/artifacts/{artifact}/download", Lookup.reading(SCOPE), this::download)
                        .describedAs(jobs("Download an artifact", "downloadJobArtifact")
                                .sending("application/octet-stream")
                                .failing(404)));
    }

    private static Description builds(String summary, String id) {
        return Description.of(summary).named(id).in("builds");
    }

    private static Description jobs(String summary, String id) {
        return Description.of(summary).named(id).in("jobs");
    }

    private Response create(Request request) throws IOException, InterruptedException {
        Pipeline pipeline = lookup.pipeline(request);
        return create(request, pipeline, new Members(request.jsonObject(), ErrorCode.BUILD_INVALID));
    }

    private Response createBySource(Request request) throws IOException, InterruptedException {
        Organization organization = lookup.organization(request);
        Members members = new Members(request.jsonObject(), ErrorCode.BUILD_INVALID);
        Pipeline pipeline = members.lenientText("repo_name")
                .flatMap(repository -> members.lenientText("source_slug")
                        .flatMap(slug -> repository.length() > LONGEST || slug.length() > LONGEST
                                ? java.util.Optional.empty()
                                : pipelines.bySource(organization.id(), repository, slug)))
                .orElseThrow(Lookup::noPipeline);
        return create(request, pipeline, members);
    }

    private Response create(Request request, Pipeline pipeline, Members members)
            throws IOException, InterruptedException {
        BuildForm form = BuildForm.of(members);
        if (!pipeline.allowManual() && form.source().manual()) {
            throw HarmontErrors.of(
                    ErrorCode.PIPELINE_MANUAL_DISABLED,
                    "the pipeline " + pipeline.slug() + " is started by its triggers only");
        }
        BlobRef archive = sources.of(form);
        long by = request.requirePrincipal().userId();
        if (form.ir().isPresent()) {
            return submit(pipeline, form, form.ir().get(), archive, by);
        }
        try {
            Rendering.Rendered rendered = rendering.render(pipeline, form, archive, pipeline.repository());
            return submit(pipeline, form, rendered.ir(), rendered.archive(), by);
        } catch (RenderException failed) {
            String message = String.valueOf(failed.getMessage());
            Build _ = actions.reject(pipeline, form, archive, by, RenderException.CODE, message);
            throw rejected(message);
        }
    }

    private Response submit(Pipeline pipeline, BuildForm form, String ir, @Nullable BlobRef archive, long by) {
        try {
            return Response.json(201, HarmontViews.build(actions.submit(pipeline, form, ir, archive, by)));
        } catch (PipelineException rejected) {
            throw rejected(rejected.getMessage());
        }
    }

    private static RuntimeException rejected(String why) {
        return HarmontErrors.of(ErrorCode.BUILD_PLAN_REJECTED, "The pipeline IR was rejected: " + why);
    }

    private Response list(Request request) {
        Pipeline pipeline = lookup.pipeline(request);
        return Response.json(
                HarmontViews.page(builds.page(pipeline, Page.Ask.of(request.query())), HarmontViews::build));
    }

    private Response show(Request request) {
        return Response.json(HarmontViews.build(lookup.build(request)));
    }

    private Response cancel(Request request) {
        return Response.json(HarmontViews.build(actions.cancel(lookup.build(request))));
    }

    private Response logToken(Request request) {
        LogTokens.LogToken token = tokens.issue(lookup.build(request).id());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("token", token.text());
        json.put("expires_at", HarmontTime.text(token.expires()));
        return Response.json(json);
    }

    private Response listJobs(Request request) {
        return Response.json(HarmontViews.list(jobs.of(lookup.build(request).id()), HarmontViews::job));
    }

    private Response showJob(Request request) {
        return Response.json(HarmontViews.job(lookup.job(request)));
    }

    private Response download(Request request) throws IOException {
        return artifacts.download(lookup.job(request), request.parameter("artifact"));
    }
}
