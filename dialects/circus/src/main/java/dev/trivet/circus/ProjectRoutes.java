package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Header;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Projects, and the lists of what belongs to one (spec section 2.4). */
final class ProjectRoutes {
    private static final int MOST_BUILDS = 1000;
    /** Paths beside projects that only take POST. */
    private static final Set<String> ACTIONS = Set.of("probe", "setup");

    private final Database database;
    private final ProjectStore projects;
    private final Validation validation;
    private final Rights rights;
    private final Audit audit;
    private final BuildActions actions;

    ProjectRoutes(Database database, Validation validation, Rights rights, Audit audit, BuildActions actions) {
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.database = Objects.requireNonNull(database, "database is null");
        this.projects = new ProjectStore(database);
        this.validation = Objects.requireNonNull(validation, "validation is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Route> routes() {
        String all = "/api/v1/projects";
        String one = "/api/v1/projects/{id}";
        return List.of(
                Route.get(all, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(
                                Description.of("List projects").in("projects").asking("limit", "offset")),
                Route.post(all, rights.having(Role.CREATE_PROJECTS), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Create a project")
                                .in("projects")
                                .failing(400, 401, 403, 409, 413, 415, 422)),
                Route.get(one, Access.PUBLIC_LENIENT, this::get)
                        .describedAs(
                                Description.of("Get a project").in("projects").failing(400, 404)),
                Route.put(one, rights.admin(), this::change)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Update a project")
                                .in("projects")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.delete(one, rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a project")
                                .in("projects")
                                .answering(204)
                                .failing(400, 401, 403, 404)),
                Route.get(one + "/builds", Access.PUBLIC_LENIENT, this::builds)
                        .describedAs(Description.of("List builds for a project")
                                .in("projects")
                                .asking("limit", "offset")
                                .failing(400)));
    }

    private Response list(Request request) {
        Window window = Window.of(request);
        return Response.json(window.page(
                projects.list(window).stream().map(ProjectViews::project).toList(), projects.count()));
    }

    private Response create(Request request) throws IOException {
        JsonFields fields = JsonFields.of(request);
        ProjectChange project = read(fields, validation);
        return Response.json(ProjectViews.project(projects.insert(project).orElseThrow(() -> taken(project.name()))));
    }

    /** A new project: its name and repository must be there. */
    static ProjectChange read(JsonFields fields, Validation validation) {
        String name = fields.text("name");
        String url = fields.text("repository_url");
        String description = fields.textOrNull("description");
        return new ProjectChange(
                Validation.name("name", name),
                validation.repositoryUrl("repository_url", url),
                Validation.descriptionOrNull("description", description));
    }

    static HttpException taken(@Nullable String name) {
        return CircusErrors.conflict("a project named '" + name + "' exists already; choose another name");
    }

    private Response get(Request request) {
        if (ACTIONS.contains(request.parameter("id"))) {
            throw new HttpException(Problem.of(Problem.Kind.WRONG_METHOD, "GET is not possible here; possible is POST")
                    .with(new Header("Allow", "OPTIONS, POST")));
        }
        return Response.json(ProjectViews.project(
                projects.find(Ids.of(request, "id")).orElseThrow(() -> CircusErrors.notFound("project"))));
    }

    private Response change(Request request) throws IOException {
        UUID id = Ids.of(request, "id");
        JsonFields fields = JsonFields.of(request);
        String name = fields.textOrNull("name");
        String url = fields.textOrNull("repository_url");
        String description = fields.textOrNull("description");
        ProjectChange change = new ProjectChange(
                Validation.nameOrNull("name", name),
                validation.repositoryUrlOrNull("repository_url", url),
                Validation.descriptionOrNull("description", description));
        return Response.json(
                ProjectViews.project(projects.update(id, change).orElseThrow(() -> CircusErrors.notFound("project"))));
    }

    private Response delete(Request request) {
        UUID id = Ids.of(request, "id");
        Actor actor = audit.actor(request);
        BuildStore.Work open = actions.open(id, null);
        boolean deleted = projects.delete(
                id,
                (handle, project) -> audit.record(
                        handle, actor, AuditAction.PROJECT_DELETE, "project", id, Map.of("name", project.name())));
        if (!deleted) {
            throw CircusErrors.notFound("project");
        }
        actions.abandon(open);
        return Response.empty(204);
    }

    private Response builds(Request request) {
        UUID id = Ids.of(request, "id");
        Window window = Window.of(request, MOST_BUILDS, MOST_BUILDS);
        return Response.json(database.read(
                handle -> handle.createQuery("select " + Columns.of("b", Columns.BUILD) + """
                         from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                            join circus.jobsets j on j.id = e.jobset_id
                        where j.project_id = :project
                        order by b.created_at desc, b.id limit :limit offset :offset
                        """)
                        .bind("project", id)
                        .bind("limit", window.limit())
                        .bind("offset", window.offset())
                        .map(Columns.shown(Columns.BUILD))
                        .list()));
    }
}
