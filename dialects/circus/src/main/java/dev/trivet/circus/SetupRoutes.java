package dev.trivet.circus;

import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/** What the wizard for new projects asks: what a repository offers, and a project with its jobsets at once (spec section 2.4). */
final class SetupRoutes {
    private static final int MOST_JOBSETS = 200;

    private final Database database;
    private final Validation validation;
    private final FlakeProbe probe;
    private final Rights rights;

    SetupRoutes(Database database, Validation validation, FlakeProbe probe, Rights rights) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.validation = Objects.requireNonNull(validation, "validation is null");
        this.probe = Objects.requireNonNull(probe, "probe is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        return List.of(
                Route.post("/api/v1/projects/probe", rights.having(Role.CREATE_PROJECTS), this::probe)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Probe a repository URL for jobset hints")
                                .in("projects")
                                .failing(400, 401, 403, 408, 413, 415, 422, 503)),
                Route.post("/api/v1/projects/setup", rights.having(Role.CREATE_PROJECTS), this::setup)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Create project + initial jobset in one call")
                                .in("projects")
                                .failing(400, 401, 403, 409, 413, 415, 422)));
    }

    private Response probe(Request request) throws IOException, InterruptedException {
        JsonFields fields = JsonFields.of(request);
        String url = fields.text("repository_url");
        String revision = fields.textOrNull("revision");
        validation.repositoryUrl("repository_url", url);
        return Response.json(probe.probe(url, Validation.revisionOrNull("revision", revision)));
    }

    /** All or nothing. */
    private Response setup(Request request) throws IOException {
        JsonFields fields = JsonFields.of(request);
        List<JobsetChange> jobsets = new ArrayList<>();
        ProjectChange project = ProjectRoutes.read(fields, validation);
        List<JsonFields> wished = fields.objects("jobsets");
        if (wished.size() > MOST_JOBSETS) {
            throw CircusErrors.invalid("jobsets", "must be at most " + MOST_JOBSETS + ", not " + wished.size());
        }
        for (JsonFields jobset : wished) {
            String name = jobset.text("name");
            String expression = jobset.text("nix_expression");
            jobsets.add(JobsetChange.of(
                    Validation.name("jobsets.name", name),
                    Validation.expression("jobsets.nix_expression", expression)));
        }
        return Response.json(database.write(handle -> make(handle, project, jobsets)));
    }

    private static Map<String, Object> make(Handle handle, ProjectChange wished, List<JobsetChange> jobsets) {
        Project project = ProjectStore.insert(handle, wished).orElseThrow(() -> ProjectRoutes.taken(wished.name()));
        List<Object> made = new ArrayList<>();
        for (JobsetChange jobset : jobsets) {
            made.add(ProjectViews.jobset(JobsetStore.insert(handle, project.id(), jobset)
                    .orElseThrow(() -> CircusErrors.conflict(
                            "the jobset '" + jobset.name() + "' is named twice; nothing was made"))));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("project", ProjectViews.project(project));
        answer.put("jobsets", made);
        return answer;
    }
}
