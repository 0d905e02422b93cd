package dev.trivet.circus;

import dev.trivet.circus.Heartbeats.Beat;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /health} (spec section 2.11): 200 when the database answers and all services beat, otherwise 503 with the same body. */
final class HealthRoutes {
    static final String EVALUATOR = "evaluator";
    static final String QUEUE_RUNNER = "queue-runner";

    private static final Logger log = LoggerFactory.getLogger(HealthRoutes.class);
    private static final List<String> ALWAYS = List.of(EVALUATOR, QUEUE_RUNNER);
    /** How many beats may fail to come. */
    private static final int MISSED = 3;

    private final Heartbeats heartbeats;
    private final InstantSource clock;
    private final String version;

    HealthRoutes(Heartbeats heartbeats, InstantSource clock, String version) {
        this.heartbeats = Objects.requireNonNull(heartbeats, "heartbeats is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.version = Objects.requireNonNull(version, "version is null");
    }

    List<Route> routes() {
        return List.of(Route.get("/health", Access.PUBLIC_LENIENT, request -> health())
                .describedAs(Description.of("Health check with database and service status")
                        .in("health")
                        .failing(503)));
    }

    private Response health() {
        List<Service> services;
        try {
            services = services();
        } catch (DatabaseUnavailableException unavailable) {
            return answer(false, List.of());
        } catch (RuntimeException failed) {
            // Whatever the trouble is: who watches over servers wants this answer, not an error of ours.
            log.warn("the server is not ready: {}", failed.getMessage());
            return answer(false, List.of());
        }
        return answer(true, services);
    }

    private Response answer(boolean database, List<Service> services) {
        boolean good = database && services.stream().allMatch(Service::healthy);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", good ? "ok" : "degraded");
        body.put("database", database);
        body.put("services", services.stream().map(Service::view).toList());
        body.put("version", version);
        return Response.json(good ? 200 : 503, body).with("Cache-Control", "no-store");
    }

    private List<Service> services() {
        Map<String, Service> services = new TreeMap<>();
        ALWAYS.forEach(name -> services.put(name, new Service(name, null, clock.instant())));
        heartbeats
                .all()
                .forEach(beat -> services.put(beat.service(), new Service(beat.service(), beat, clock.instant())));
        return new ArrayList<>(services.values());
    }

    private record Service(String name, @Nullable Beat beat, Instant now) {
        boolean healthy() {
            return beat != null && age(beat).compareTo(beat.pollInterval().multipliedBy(MISSED)) <= 0;
        }

        private Duration age(Beat last) {
            Duration age = Duration.between(last.at(), now);
            return age.isNegative() ? Duration.ZERO : age;
        }

        Map<String, @Nullable Object> view() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("service", name);
            json.put("last_heartbeat_at", beat == null ? null : beat.at());
            json.put("seconds_since", beat == null ? null : age(beat).toSeconds());
            json.put("poll_interval", beat == null ? null : beat.pollInterval().toSeconds());
            json.put("healthy", healthy());
            json.put("detail", detail());
            return json;
        }

        private @Nullable String detail() {
            if (beat == null) {
                return "it was never heard of";
            }
            return healthy()
                    ? null
                    : "nothing was heard of it for " + age(beat).toSeconds() + " s, expected every "
                            + beat.pollInterval().toSeconds() + " s";
        }
    }
}
