package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobsets of projects (spec section 2.4). A jobset that is another project's is not found. */
final class JobsetRoutes {
    private final ProjectStore projects;
    private final JobsetStore jobsets;
    private final Rights rights;
    private final BuildActions actions;

    JobsetRoutes(Database database, Rights rights, BuildActions actions) {
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.projects = new ProjectStore(database);
        this.jobsets = new JobsetStore(database);
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        String all = "/api/v1/projects/{id}/jobsets";
        String one = "/api/v1/projects/{project_id}/jobsets/{id}";
        return List.of(
                Route.get(all, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(Description.of("List jobsets for a project")
                                .in("jobsets")
                                .asking("limit", "offset")
                                .failing(400)),
                Route.post(all, rights.having(Role.CREATE_PROJECTS), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Create a jobset in a project")
                                .in("jobsets")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.get(one, Access.PUBLIC_LENIENT, this::get)
                        .describedAs(
                                Description.of("Get a jobset").in("jobsets").failing(400, 404)),
                Route.put(one, rights.admin(), this::change)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Update a jobset")
                                .in("jobsets")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.delete(one, rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a jobset")
                                .in("jobsets")
                                .answering(204)
                                .failing(400, 401, 403, 404)));
    }

    private Response list(Request request) {
        UUID project = Ids.of(request, "id");
        Window window = Window.of(request);
        return Response.json(window.page(
                jobsets.list(project, window).stream().map(ProjectViews::jobset).toList(), jobsets.count(project)));
    }

    private Response create(Request request) throws IOException {
        UUID project = Ids.of(request, "id");
        JsonFields fields = JsonFields.of(request);
        String name = fields.text("name");
        String expression = fields.text("nix_expression");
        JobsetChange jobset = read(fields, name, expression, null);
        if (projects.find(project).isEmpty()) {
            throw CircusErrors.notFound("project");
        }
        return Response.json(ProjectViews.jobset(jobsets.insert(project, jobset)
                .orElseThrow(() -> CircusErrors.conflict(
                        "a jobset named '" + name + "' exists already in this project; choose another name"))));
    }

    private Response get(Request request) {
        return Response.json(ProjectViews.jobset(jobsets.find(Ids.of(request, "project_id"), Ids.of(request, "id"))
                .orElseThrow(() -> CircusErrors.notFound("jobset"))));
    }

    private Response change(Request request) throws IOException {
        UUID project = Ids.of(request, "project_id");
        UUID id = Ids.of(request, "id");
        JsonFields fields = JsonFields.of(request);
        JobsetChange change = read(
                fields, fields.textOrNull("name"), fields.textOrNull("nix_expression"), fields.numberOrNull("keep_nr"));
        Jobset changed = jobsets.update(project, id, change).orElseThrow(() -> CircusErrors.notFound("jobset"));
        actions.share(changed);
        return Response.json(ProjectViews.jobset(changed));
    }

    private static JobsetChange read(
            JsonFields fields, @Nullable String name, @Nullable String expression, @Nullable Integer keep) {
        Boolean enabled = fields.flagOrNull("enabled");
        Boolean flake = fields.flagOrNull("flake_mode");
        Integer interval = fields.numberOrNull("check_interval");
        String branch = fields.textOrNull("branch");
        Integer shares = fields.numberOrNull("scheduling_shares");
        String state = fields.textOrNull("state");
        return new JobsetChange(
                Validation.nameOrNull("name", name),
                Validation.expressionOrNull("nix_expression", expression),
                enabled,
                flake,
                Validation.intervalOrNull("check_interval", interval),
                Validation.branchOrNull("branch", branch),
                shares,
                Validation.stateOrNull("state", state),
                keep);
    }

    private Response delete(Request request) {
        UUID id = Ids.of(request, "id");
        BuildStore.Work open = actions.open(null, id);
        if (!jobsets.delete(Ids.of(request, "project_id"), id)) {
            throw CircusErrors.notFound("jobset");
        }
        actions.abandon(open);
        return Response.empty(204);
    }
}
