package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a job does, as a picture, and where its newest result is (spec section 9). */
final class BadgeRoutes {
    private static final Pattern STORE_PATH = Pattern.compile("/.*/([0-9a-z]{32})-[^/]+");

    private final Database database;
    private final ProjectStore projects;
    private final JobsetStore jobsets;

    BadgeRoutes(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.projects = new ProjectStore(database);
        this.jobsets = new JobsetStore(database);
    }

    List<Route> routes() {
        String job = "/job/{project}/{jobset}/{job}";
        return List.of(
                Route.get(job + "/badge", Access.PUBLIC_LENIENT, this::badge)
                        .describedAs(Description.of("Build status badge SVG")
                                .in("jobs")
                                .sending("image/svg+xml")
                                .failing(404)),
                Route.get(job + "/shield", Access.PUBLIC_LENIENT, this::badge)
                        .describedAs(Description.of("Build status shield SVG")
                                .in("jobs")
                                .sending("image/svg+xml")
                                .failing(404)),
                Route.get(job + "/latest", Access.PUBLIC_LENIENT, this::latest)
                        .describedAs(Description.of("Redirect to the latest successful build output")
                                .in("jobs")
                                .answering(302)
                                .failing(404)));
    }

    private Response badge(Request request) {
        Badge badge = jobset(request)
                .map(jobset -> badge(jobset, request.parameter("job")))
                .orElse(Badge.NOT_FOUND);
        return Response.bytes("image/svg+xml", badge.svg().getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "no-cache, no-store, must-revalidate")
                // It is made for other sites' pages.
                .with("Cross-Origin-Resource-Policy", "cross-origin");
    }

    private Badge badge(Jobset jobset, String job) {
        return database.read(handle -> {
            Optional<UUID> evaluation = handle.createQuery("""
                            select id from circus.evaluations where jobset_id = :jobset and status = 'completed'
                            order by evaluation_time desc, id limit 1
                            """)
                    .bind("jobset", jobset.id())
                    .mapTo(UUID.class)
                    .findOne();
            if (evaluation.isEmpty()) {
                return Badge.NO_EVALUATIONS;
            }
            return handle.createQuery(
                            "select status from circus.builds where evaluation_id = :evaluation and job_name = :job")
                    .bind("evaluation", evaluation.get())
                    .bind("job", job)
                    .mapTo(String.class)
                    .findOne()
                    .map(Badge::of)
                    .orElse(Badge.NOT_FOUND);
        });
    }

    private Response latest(Request request) {
        String job = request.parameter("job");
        Jobset jobset = jobset(request).orElseThrow(() -> CircusErrors.notFound("jobset"));
        Latest latest = database.read(handle -> handle.createQuery("""
                        select b.id, b.build_output_path
                        from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                        where e.jobset_id = :jobset and b.job_name = :job and b.status = 'succeeded'
                        order by e.evaluation_time desc, b.completed_at desc nulls last, b.id limit 1
                        """)
                        .bind("jobset", jobset.id())
                        .bind("job", job)
                        .map((row, context) -> new Latest(Columns.uuid(row, "id"), row.getString("build_output_path")))
                        .findOne())
                .orElseThrow(() -> CircusErrors.notFound("a successful build of this job"));
        return Response.redirect(302, latest.place());
    }

    private Optional<Jobset> jobset(Request request) {
        Project project =
                projects.findByName(request.parameter("project")).orElseThrow(() -> CircusErrors.notFound("project"));
        return jobsets.findByName(project.id(), request.parameter("jobset"));
    }

    private record Latest(UUID build, @Nullable String output) {
        /** Its output in the binary cache; the build's page if it has none there. */
        String place() {
            Matcher path = STORE_PATH.matcher(output == null ? "" : output);
            return path.matches() ? "/nix-cache/" + path.group(1) + ".narinfo" : "/build/" + build;
        }
    }
}
