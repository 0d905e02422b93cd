package dev.trivet.harmont;

import dev.trivet.accounts.Organization;
import dev.trivet.harmont.PipelineStore.NewPipeline;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pipelines of an organization (spec section 2.6). */
final class PipelineRoutes {
    private static final String SCOPE = "pipelines";
    private static final String PIPELINES = "/api/v0/organizations/{org}/pipelines";
    private static final int LONGEST = 1024;

    private final Lookup lookup;
    private final PipelineStore pipelines;
    private final InstantSource clock;

    PipelineRoutes(Lookup lookup, PipelineStore pipelines, InstantSource clock) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.pipelines = Objects.requireNonNull(pipelines, "pipelines is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(PIPELINES, Lookup.reading(SCOPE), this::list)
                        .describedAs(described("List pipelines", "listPipelines")
                                .asking("limit", "cursor")
                                .answering(200, "PipelineList")
                                .failing(404)),
                Route.post(PIPELINES, Lookup.writing(SCOPE), this::create)
                        .describedAs(described("Create a pipeline", "createPipeline")
                                .taking("CreatePipelineRequest")
                                .answering(201, "Pipeline")
                                .failing(404, 422)),
                Route.get(PIPELINES + "/{pipeline}", Lookup.reading(SCOPE), this::show)
                        .describedAs(described("Show a pipeline", "getPipeline")
                                .answering(200, "Pipeline")
                                .failing(404)));
    }

    private static Description described(String summary, String id) {
        return Description.of(summary).named(id).in("pipelines");
    }

    private Response list(Request request) {
        Organization organization = lookup.organization(request);
        return Response.json(HarmontViews.page(
                pipelines.page(organization.id(), Page.Ask.of(request.query())), HarmontViews::pipeline));
    }

    private Response show(Request request) {
        return Response.json(HarmontViews.pipeline(lookup.pipeline(request)));
    }

    private Response create(Request request) throws IOException {
        Organization organization = lookup.organization(request);
        Members members = new Members(request.jsonObject(), ErrorCode.PIPELINE_INVALID);
        String name = members.requiredText("name", LONGEST);
        String repository = members.requiredText("repository", LONGEST);
        String branch = members.requiredText("default_branch", LONGEST);
        String slug = Organization.slug(name);
        if (slug.isEmpty()) {
            throw members.refused("name is invalid: it should have letters or digits, of which the slug is made");
        }
        String repoName = members.text("repo_name", LONGEST);
        var pipeline = new NewPipeline(
                name,
                slug,
                null,
                members.text("description", LONGEST),
                repository,
                repoName == null ? repoName(repository) : repoName,
                branch);
        return Response.json(
                201,
                HarmontViews.pipeline(pipelines
                        .insert(organization.id(), pipeline, clock.instant())
                        .orElseThrow(() -> HarmontErrors.of(
                                ErrorCode.PIPELINE_SLUG_TAKEN,
                                "slug has already been taken: there is a pipeline " + slug + ", perhaps archived"))));
    }

    /** The last two parts of an address, without scheme, host and {@code .git}; null if nothing is left. */
    static @Nullable String repoName(String repository) {
        String path = repository
                .replaceFirst("^[a-zA-Z][a-zA-Z0-9+.-]*://", "")
                .replaceFirst("^[^/@]+@", "")
                .replaceFirst("/+$", "")
                .replaceFirst("\\.git$", "");
        int host = path.indexOf('/');
        int colon = path.indexOf(':');
        if (colon >= 0 && (host < 0 || colon < host)) {
            host = colon;
        }
        String[] parts = path.substring(host + 1).split("/+", -1);
        int count = parts.length;
        String name = count >= 2 ? parts[count - 2] + "/" + parts[count - 1] : parts[count - 1];
        return name.isEmpty() ? null : name;
    }
}
