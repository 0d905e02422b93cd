package dev.trivet.harmont;

import dev.trivet.http.Access;
import dev.trivet.http.Cors;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.logs.LogStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Live logs for whoever has a token of the build (spec section 2.9), and artifacts for whoever has a link. Outside of {@code /api/v0}. */
final class LogRoutes {
    private final JobStore jobs;
    private final LogStore logs;
    private final LogTokens tokens;
    private final ArtifactRoutes artifacts;
    private final Cors cors;

    LogRoutes(JobStore jobs, LogStore logs, LogTokens tokens, ArtifactRoutes artifacts, Cors cors) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.tokens = Objects.requireNonNull(tokens, "tokens is null");
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts is null");
        this.cors = Objects.requireNonNull(cors, "cors is null");
    }

    RouteGroup group() {
        return new RouteGroup(
                "/v0",
                HarmontErrors.stream(),
                Set.of(),
                List.of(
                        Route.get("/v0/jobs/{job}/logs", Access.PUBLIC_LENIENT, this::stream)
                                .describedAs(Description.of("Follow a job's log")
                                        .named("streamJobLog")
                                        .in("jobs")
                                        .asking("token", "last_event_id")
                                        .sending("text/event-stream")
                                        .failing(401, 403)),
                        artifacts.linked()),
                cors);
    }

    private Response stream(Request request) {
        String token = request.query().first("token").orElse("");
        String build = tokens.build(token)
                .orElseThrow(() -> HarmontErrors.streamUnauthorized(
                        "the token is missing, malformed, forged or over; get a new one at the build's log-token"));
        Job job = Ids.parse(request.parameter("job"))
                .flatMap(jobs::find)
                .filter(found -> found.buildId().toString().equals(build))
                .orElseThrow(() -> HarmontErrors.streamForbidden("the token is not for the build of this job"));
        return Response.events(new LogStream(logs, job.engineJob(), after(request), () -> standing(job.id())));
    }

    private LogStream.Standing standing(UUID id) {
        return jobs.find(id).map(LogRoutes::standing).orElse(LogStream.Standing.ENDED);
    }

    private static LogStream.Standing standing(Job job) {
        return switch (job.engineState()) {
            case HELD, WAITING, READY, LEASED, RUNNING -> LogStream.Standing.OPEN;
            case PASSED, SKIPPED, CANCELED -> LogStream.Standing.ENDED;
            case FAILED, TIMED_OUT, LOST ->
                JobError.of(job.engineState(), job.outcome()).exitCode() == null
                        ? LogStream.Standing.NEVER_RAN
                        : LogStream.Standing.ENDED;
        };
    }

    /** The header wins; what is no number counts as absent. */
    private static long after(Request request) {
        return request.lastEventId()
                .flatMap(LogRoutes::number)
                .or(() -> request.query().first("last_event_id").flatMap(LogRoutes::number))
                .orElse(0L);
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Math.max(0, Long.parseLong(text.strip())));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }
}
