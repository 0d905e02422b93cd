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

/** Inputs of jobsets (spec section 2.4). */
final class InputRoutes {
    private final JobsetStore jobsets;
    private final InputStore inputs;
    private final Rights rights;

    InputRoutes(Database database, Rights rights) {
        this.jobsets = new JobsetStore(database);
        this.inputs = new InputStore(database);
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        String all = "/api/v1/projects/{project_id}/jobsets/{jobset_id}/inputs";
        return List.of(
                Route.get(all, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(Description.of("List jobset inputs")
                                .in("jobsets")
                                .failing(400, 404)),
                Route.post(all, rights.admin(), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Create a jobset input")
                                .in("jobsets")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.delete(all + "/{input_id}", rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a jobset input")
                                .in("jobsets")
                                .answering(204)
                                .failing(400, 401, 403, 404)));
    }

    private Response list(Request request) {
        return Response.json(inputs.list(jobset(request).id()).stream()
                .map(ProjectViews::input)
                .toList());
    }

    private Response create(Request request) throws IOException {
        UUID project = Ids.of(request, "project_id");
        UUID jobset = Ids.of(request, "jobset_id");
        JsonFields fields = JsonFields.of(request);
        String name = fields.text("name");
        String type = fields.text("input_type");
        String value = fields.text("value");
        InputStore.NewInput input = Validation.input(name, type, value, fields.textOrNull("revision"));
        if (jobsets.find(project, jobset).isEmpty()) {
            throw CircusErrors.notFound("jobset");
        }
        return Response.json(ProjectViews.input(inputs.insert(jobset, input)
                .orElseThrow(() -> CircusErrors.conflict(
                        "an input named '" + name + "' exists already in this jobset; choose another name"))));
    }

    private Response delete(Request request) {
        if (!inputs.delete(jobset(request).id(), Ids.of(request, "input_id"))) {
            throw CircusErrors.notFound("input");
        }
        return Response.empty(204);
    }

    private Jobset jobset(Request request) {
        return jobsets.find(Ids.of(request, "project_id"), Ids.of(request, "jobset_id"))
                .orElseThrow(() -> CircusErrors.notFound("jobset"));
    }
}
