package dev.trivet.server;

import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.Passwords;
import dev.trivet.accounts.Sessions;
import dev.trivet.circus.Circus;
import dev.trivet.circus.CircusSettings;
import dev.trivet.circus.channel.Channels;
import dev.trivet.circus.report.ReportRoutes;
import dev.trivet.circus.report.Substituter;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.RemoteRunners;
import dev.trivet.harmont.Harmont;
import dev.trivet.harmont.HarmontSettings;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.Routes;
import dev.trivet.http.SessionCookie;
import dev.trivet.nix.NixJobs;
import dev.trivet.notify.Courier;
import dev.trivet.runner.Wire;
import dev.trivet.srht.ArtifactRoutes;
import dev.trivet.srht.ArtifactStore;
import dev.trivet.srht.GroupStore;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.LogRoutes;
import dev.trivet.srht.SrhtErrors;
import dev.trivet.srht.SrhtJobs;
import dev.trivet.srht.SrhtListener;
import dev.trivet.srht.SrhtPlanner;
import dev.trivet.srht.SrhtRoutes;
import dev.trivet.srht.SrhtSettings;
import dev.trivet.srht.SrhtViews;
import dev.trivet.srht.graphql.GraphQlApi;
import dev.trivet.srht.graphql.GraphQlRoutes;
import dev.trivet.web.Dashboard;
import dev.trivet.web.Entrance;
import dev.trivet.web.HarmontDirectory;
import dev.trivet.web.SrhtDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The dialects and the web on the engine: their routes and their listeners. */
final class Wiring implements AutoCloseable {
    private final Engine engine;
    private final JobStore srhtJobs;
    private final Harmont harmont;
    private final Circus circus;
    private final Dashboard dashboard;
    private final Courier courier;
    private final HealthRoutes health;
    private final Routes routes;

    Wiring(Harmont.Ground ground, Sessions sessions, String origin, Settings settings) {
        this.engine = ground.engine();
        this.srhtJobs = new JobStore(ground.database());
        this.harmont = new Harmont(
                ground,
                new HarmontSettings(
                        origin,
                        settings.harmont().defaultImage(),
                        settings.harmont().imageAliases(),
                        settings.harmont().logTokenSecret(),
                        settings.corsOrigins()),
                settings.urlSchemes(),
                settings.internalRequests(),
                settings.forges().settings(origin),
                settings.connections());
        var passwords =
                new PasswordSignIn(ground.database(), ground.accounts(), sessions, new Passwords(), ground.clock());
        this.courier = new Courier(ground.database(), settings.notifications().courier(), ground.clock());
        this.circus = new Circus(
                new Circus.Ground(
                        ground.database(),
                        ground.engine(),
                        ground.logs(),
                        ground.blobs(),
                        ground.runs(),
                        ground.accounts(),
                        passwords,
                        courier,
                        ground.clock()),
                new CircusSettings(
                        origin,
                        settings.corsOrigins(),
                        settings.urlSchemes(),
                        settings.internalRequests(),
                        settings.people(),
                        settings.declaration(),
                        settings.secretBox(),
                        settings.builds().evaluation(),
                        settings.builds().build(),
                        settings.builds().garbage(),
                        settings.cache().reachedAt(origin + "/nix-cache"),
                        settings.nix().store(),
                        settings.notifications(),
                        settings.config()),
                List.of(
                        parts -> new Channels(parts, settings.builds().channels()),
                        parts -> new ReportRoutes(ground.database(), ground.logs(), clones(settings), this::substituter)
                                ::routes));
        this.health = new HealthRoutes();
        var artifacts = new ArtifactStore(ground.database());
        var all = new ArrayList<RouteGroup>(new LogRoutes(srhtJobs, ground.logs()).groups());
        all.addAll(srht(ground, artifacts, new SrhtSettings(origin, settings.srhtTimeout())));
        all.addAll(harmont.groups());
        all.addAll(circus.groups());
        all.add(runners(ground, settings.databaseUrl().isEmpty()));
        List<Route> root = new ArrayList<>(health.routes());
        root.addAll(new ArtifactRoutes(artifacts, ground.blobs()).routes());
        this.dashboard = new Dashboard(
                engine,
                ground.runs(),
                ground.logs(),
                new Entrance(sessions, passwords, new SessionCookie(settings.secureCookies()), circus.signIns()),
                srhtJobs,
                harmont.builds(),
                List.of(new SrhtDirectory(srhtJobs), new HarmontDirectory(harmont.builds(), harmont::artifactPath)),
                ground.clock());
        root.addAll(dashboard.routes());
        all.add(new RouteGroup("/", dashboard.errors(), Set.of(CredentialKind.TOKEN, CredentialKind.SESSION), root));
        this.routes = new Routes(all);
    }

    private Optional<Substituter> substituter() {
        return circus.cache().address().map(address -> new Substituter(address.url(), List.of(address.publicKey())));
    }

    /** Those that the runner in this process evaluates from. */
    private static Function<String, Optional<Path>> clones(Settings settings) {
        Path work = settings.data().resolve("nix");
        return url -> Optional.of(NixJobs.mirror(work, url)).filter(Files::isDirectory);
    }

    private List<RouteGroup> srht(Harmont.Ground ground, ArtifactStore artifacts, SrhtSettings srht) {
        var groups = new GroupStore(ground.database());
        var actions = new SrhtJobs(engine, new SrhtPlanner(srht), srhtJobs, groups, ground.clock());
        var graphql = new GraphQlApi(
                new GraphQlApi.Ground(
                        actions, srhtJobs, groups, artifacts, ground.logs(), ground.accounts(), ground.clock()),
                srht);
        return List.of(
                new SrhtRoutes(actions, srhtJobs, artifacts, groups, new SrhtViews(srht)).group(),
                new GraphQlRoutes(graphql).group());
    }

    private RouteGroup runners(Harmont.Ground ground, boolean alone) {
        Duration leaseTimeout = EngineConfig.DEFAULT.leaseTimeout();
        var remote = new RemoteRunners(engine, ground.database(), ground.clock(), leaseTimeout);
        List<Route> those = new ArrayList<>(new RunnerRoutes(engine, remote, leaseTimeout, alone).routes());
        those.addAll(new AttemptRoutes(engine, remote, ground.logs(), ground.blobs()).routes());
        those.addAll(new RunnerTokenRoutes(ground.accounts().runnerTokens()).routes());
        those.addAll(new RunnerListRoutes(remote).routes());
        return new RouteGroup(Wire.ROOT, SrhtErrors.JSON, Set.of(CredentialKind.TOKEN), those);
    }

    /** Those of these blobs that a dialect needs, by their hashes. */
    Set<String> referencedBlobs(Collection<String> hashes) {
        return circus.referencedBlobs(hashes);
    }

    /** From now on it says that it stops. */
    void draining() {
        health.draining();
    }

    Routes routes() {
        return routes;
    }

    /** Begins to put what is built in the store of this machine into caches. */
    void publish(NixHost nix, UUID self) {
        circus.cache().publish(nix.store(), nix.storeName(), self);
    }

    /** Begins to follow the engine's events. */
    void listen() {
        new SrhtListener(srhtJobs).listenTo(engine.events());
        harmont.start();
        circus.start();
        courier.start();
        dashboard.start();
    }

    @Override
    public void close() {
        dashboard.close();
        courier.close();
        circus.close();
        harmont.close();
    }
}
