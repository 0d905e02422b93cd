package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The jobs that somebody wants to see first (spec section 2.9): everybody's own, and nobody else's. */
final class StarRoutes {
    private static final String ALL = "/api/v1/me/starred-jobs";
    private static final int LONGEST = 255;

    private final Database database;

    StarRoutes(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, Access.AUTHENTICATED, this::list)
                        .describedAs(described("List starred jobs for the current user")
                                .asking("limit", "offset")),
                Route.post(ALL, Access.AUTHENTICATED, this::star)
                        .describedAs(described("Star a job").failing(400, 404, 409)),
                Route.delete(ALL + "/{id}", Access.AUTHENTICATED, this::unstar)
                        .describedAs(described("Unstar a job").answering(204).failing(404)));
    }

    private static Description described(String summary) {
        return Description.of(summary).in("me").failing(401);
    }

    private Response list(Request request) {
        long user = Persons.of(request).userId();
        Window window = Window.of(request);
        return Response.json(
                database.<List<Map<String, @Nullable Object>>, RuntimeException>read(handle -> handle.createQuery("""
                        select id, project_id, jobset_id, job_name, created_at from circus.starred_jobs
                        where user_id = :user order by created_at desc, id limit :limit offset :offset
                        """)
                        .bind("user", user)
                        .bind("limit", window.limit())
                        .bind("offset", window.offset())
                        .map(JsonRows.MAPPER)
                        .list()));
    }

    private Response star(Request request) throws IOException {
        long user = Persons.of(request).userId();
        SentJson sent = SentJson.of(request);
        UUID project = Ids.parse("project_id", sent.requiredText("project_id"));
        UUID jobset =
                sent.text("jobset_id").map(text -> Ids.parse("jobset_id", text)).orElse(null);
        String job = sent.requiredText("job_name");
        if (job.isBlank() || job.length() > LONGEST || job.chars().anyMatch(Character::isISOControl)) {
            throw CircusErrors.invalid("job_name", "expected 1 to 255 characters without control characters");
        }
        return Response.json(database.<Map<String, @Nullable Object>, RuntimeException>write(handle -> {
            check(handle, project, jobset);
            return insert(handle, user, project, jobset, job)
                    .orElseThrow(() -> CircusErrors.conflict("this job is starred already"));
        }));
    }

    private static void check(Handle handle, UUID project, @Nullable UUID jobset) {
        boolean known = handle.createQuery("select exists (select from circus.projects where id = :id)")
                .bind("id", project)
                .mapTo(Boolean.class)
                .one();
        if (!known) {
            throw CircusErrors.notFound("project");
        }
        boolean of = jobset == null
                || handle.createQuery(
                                "select exists (select from circus.jobsets where id = :id and project_id = :project)")
                        .bind("id", jobset)
                        .bind("project", project)
                        .mapTo(Boolean.class)
                        .one();
        if (!of) {
            throw CircusErrors.notFound("jobset");
        }
    }

    private static Optional<Map<String, @Nullable Object>> insert(
            Handle handle, long user, UUID project, @Nullable UUID jobset, String job) {
        return handle.createQuery("""
                        insert into circus.starred_jobs (user_id, project_id, jobset_id, job_name)
                        values (:user, :project, cast(:jobset as uuid), :job)
                        on conflict do nothing returning id, project_id, jobset_id, job_name, created_at
                        """)
                .bind("user", user)
                .bind("project", project)
                .bind("jobset", jobset)
                .bind("job", job)
                .map(JsonRows.MAPPER)
                .findOne();
    }

    private Response unstar(Request request) {
        long user = Persons.of(request).userId();
        UUID id = Ids.of(request, "id");
        int removed = database.write(
                handle -> handle.createUpdate("delete from circus.starred_jobs where id = :id and user_id = :user")
                        .bind("id", id)
                        .bind("user", user)
                        .execute());
        if (removed == 0) {
            throw CircusErrors.notFound("starred job");
        }
        return Response.empty(204);
    }
}
