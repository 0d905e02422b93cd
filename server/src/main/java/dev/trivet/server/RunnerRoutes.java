package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.engine.Beat;
import dev.trivet.engine.Engine;
import dev.trivet.engine.HostLoad;
import dev.trivet.engine.Lease;
import dev.trivet.engine.LeaseCaller;
import dev.trivet.engine.RemoteRunners;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.Verdict;
import dev.trivet.http.Access;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.runner.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The sessions of remote runners: register, claim, beat, leave. {@link AttemptRoutes} has what is said of one attempt. */
final class RunnerRoutes {
    static final String SESSION = Wire.ROOT + "/sessions/{runner}/{generation}";
    private static final int MOST_SNAPSHOTS = 1000;
    private static final int LONGEST_SNAPSHOT = 200;
    private static final int MOST_STOPS = 2000;
    private static final long SMALL_BODY = 128 << 10;

    private final Engine engine;
    private final RemoteRunners runners;
    private final Duration leaseTimeout;
    private final boolean alone;

    /** @param alone whether no other server is on the database */
    RunnerRoutes(Engine engine, RemoteRunners runners, Duration leaseTimeout, boolean alone) {
        this.engine = requireNonNull(engine, "engine is null");
        this.runners = requireNonNull(runners, "runners is null");
        this.leaseTimeout = requireNonNull(leaseTimeout, "leaseTimeout is null");
        this.alone = alone;
    }

    List<Route> routes() {
        return List.of(
                Route.post(Wire.ROOT + "/register", Access.RUNNER, this::register)
                        .withBodyLimit(SMALL_BODY),
                Route.post(SESSION + "/claim", Access.RUNNER, this::claim).withBodyLimit(1024),
                Route.post(SESSION + "/beat", Access.RUNNER, this::beat).withBodyLimit(4096),
                Route.post(SESSION + "/stops", Access.RUNNER, this::stops).withBodyLimit(SMALL_BODY),
                Route.post(SESSION + "/leave", Access.RUNNER, this::leave).withBodyLimit(1024),
                Route.get(SESSION + "/snapshots", Access.RUNNER, this::snapshots),
                Route.post(SESSION + "/snapshots/released", Access.RUNNER, this::released)
                        .withBodyLimit(SMALL_BODY));
    }

    private Response register(Request request) throws java.io.IOException {
        Wire.Hello hello = request.json(Wire.Hello.class);
        RunnerHello.check(hello);
        long token = request.requireRunner().id();
        if (!runners.mayBe(hello.id(), token)) {
            throw taken(hello.id());
        }
        RunnerSession session = engine.register(RunnerHello.info(hello));
        if (!runners.introduced(hello.id(), token, RunnerHello.host(hello))) {
            throw taken(hello.id());
        }
        return json(new Wire.Welcome(Wire.PROTOCOL, session.generation(), leaseTimeout.toMillis(), alone));
    }

    private static HttpException taken(UUID id) {
        return HttpException.conflict("the runner " + id
                + " belongs to another token: use that one, or delete runner-id in the runner's data directory");
    }

    private Response claim(Request request) throws java.io.IOException, InterruptedException {
        Wire.Claim claim = request.json(Wire.Claim.class);
        Optional<RunnerSession> session = session(request);
        if (session.isEmpty()) {
            return json(new Wire.Claimed(List.of()));
        }
        int most = Math.clamp(claim.most(), 1, session.get().runner().slots());
        int wait = Math.clamp(claim.waitMillis(), 0, Wire.LONGEST_CLAIM);
        List<Lease> leases = engine.claim(session.get(), most, Duration.ofMillis(wait));
        return json(new Wire.Claimed(new ArrayList<>(leases)));
    }

    private Response beat(Request request) throws java.io.IOException {
        HostLoad load = checked(request.json(HostLoad.class));
        Optional<RunnerSession> session = session(request);
        if (session.isEmpty()) {
            return json(Wire.BeatAnswer.of(new Beat(true, Set.of(), Map.of(), List.of())));
        }
        Beat beat = engine.beat(session.get());
        runners.reported(session.get(), load);
        return json(Wire.BeatAnswer.of(beat));
    }

    private Response stops(Request request) throws java.io.IOException, InterruptedException {
        Wire.Listen listen = request.json(Wire.Listen.class);
        if (listen.known() == null
                || listen.known().size() > MOST_STOPS
                || listen.known().contains(null)) {
            throw HttpException.field("known", "known should be a list of at most " + MOST_STOPS + " attempts");
        }
        Optional<RunnerSession> session = session(request);
        if (session.isEmpty()) {
            return json(new Wire.Stops(List.of()));
        }
        int wait = Math.clamp(listen.waitMillis(), 0, Wire.LONGEST_CLAIM);
        var stops = new ArrayList<Wire.Stop>();
        engine.awaitStop(session.get(), Set.copyOf(listen.known()), Duration.ofMillis(wait))
                .forEach((ref, reason) -> stops.add(new Wire.Stop(ref, reason)));
        return json(new Wire.Stops(stops));
    }

    private static HostLoad checked(HostLoad load) {
        boolean good = load.load1() >= 0
                && load.load5() >= 0
                && load.load15() >= 0
                && load.memoryTotal() >= 0
                && load.memoryUsed() >= 0
                && load.diskFree() >= 0
                && load.jobs() >= 0;
        if (!good) {
            throw HttpException.badRequest("loads, sizes and numbers of jobs are not negative");
        }
        return load;
    }

    private Response leave(Request request) {
        session(request).ifPresent(engine::leave);
        return json(new Wire.Answer(Verdict.ACCEPTED));
    }

    private Response snapshots(Request request) {
        return json(new Wire.Snapshots(session(request).map(engine::snapshots).orElse(List.of())));
    }

    private Response released(Request request) throws java.io.IOException {
        List<String> snapshots = request.json(Wire.Snapshots.class).snapshots();
        if (snapshots == null
                || snapshots.size() > MOST_SNAPSHOTS
                || snapshots.stream().anyMatch(id -> id == null || id.length() > LONGEST_SNAPSHOT)) {
            throw HttpException.field("snapshots", "snapshots should be a list of at most " + MOST_SNAPSHOTS + " ids");
        }
        session(request).ifPresent(session -> engine.snapshotsReleased(session, snapshots));
        return json(new Wire.Answer(Verdict.ACCEPTED));
    }

    private Optional<RunnerSession> session(Request request) {
        return session(request, runners);
    }

    /** The session that the path names, if it is alive and the caller's. */
    static Optional<RunnerSession> session(Request request, RemoteRunners runners) {
        LeaseCaller caller = caller(request);
        return runners.session(caller.runner(), caller.generation(), caller.tokenId());
    }

    /** Who speaks, by the path and the credential; nothing is looked up. */
    static LeaseCaller caller(Request request) {
        try {
            return new LeaseCaller(
                    UUID.fromString(request.parameter("runner")),
                    request.id("generation"),
                    request.requireRunner().id());
        } catch (IllegalArgumentException noId) {
            throw HttpException.notFound("a session is named by a runner's UUID and its generation");
        }
    }

    /** As runners read it. */
    static Response json(Object value) {
        return Response.bytes("application/json", Json.MAPPER.writeValueAsBytes(value));
    }
}
