package dev.trivet.server;

import dev.trivet.accounts.Sessions;
import dev.trivet.blobs.BlobStore;
import dev.trivet.engine.Engine;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.Routes;
import dev.trivet.http.SessionCookie;
import dev.trivet.logs.LogStore;
import dev.trivet.srht.ArtifactRoutes;
import dev.trivet.srht.ArtifactStore;
import dev.trivet.srht.GroupStore;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.LogRoutes;
import dev.trivet.srht.SrhtJobs;
import dev.trivet.srht.SrhtListener;
import dev.trivet.srht.SrhtPlanner;
import dev.trivet.srht.SrhtRoutes;
import dev.trivet.srht.SrhtSettings;
import dev.trivet.srht.SrhtViews;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import dev.trivet.web.Dashboard;
import dev.trivet.web.SrhtDirectory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The dialects and the web on the engine: their routes and their listeners. */
final class Wiring implements AutoCloseable {
    private final Engine engine;
    private final JobStore srhtJobs;
    private final Dashboard dashboard;
    private final Routes routes;

    Wiring(
            Database database,
            Engine engine,
            LogStore logs,
            BlobStore blobs,
            RunStore runs,
            Sessions sessions,
            String origin,
            Settings settings,
            Clock clock) {
        this.engine = engine;
        this.srhtJobs = new JobStore(database);
        var srht = settings.limits().wall() == null
                ? SrhtSettings.of(origin)
                : new SrhtSettings(origin, settings.limits().wall());
        var groups = new GroupStore(database);
        var artifacts = new ArtifactStore(database);
        var actions = new SrhtJobs(engine, new SrhtPlanner(srht), srhtJobs, groups, clock);
        var all = new ArrayList<RouteGroup>(new LogRoutes(srhtJobs, logs).groups());
        all.add(new SrhtRoutes(actions, srhtJobs, artifacts, groups, new SrhtViews(srht)).group());
        List<Route> root = new ArrayList<>(new HealthRoutes(database).routes());
        root.addAll(new ArtifactRoutes(artifacts, blobs).routes());
        this.dashboard = new Dashboard(
                engine,
                runs,
                logs,
                sessions,
                new SessionCookie(settings.secureCookies()),
                srhtJobs,
                List.of(new SrhtDirectory(srhtJobs)),
                clock);
        root.addAll(dashboard.routes());
        all.add(new RouteGroup("/", dashboard.errors(), Set.of(CredentialKind.TOKEN, CredentialKind.SESSION), root));
        this.routes = new Routes(all);
    }

    Routes routes() {
        return routes;
    }

    /** Begins to follow the engine's events. */
    void listen() {
        new SrhtListener(srhtJobs).listenTo(engine.events());
        dashboard.start();
    }

    @Override
    public void close() {
        dashboard.close();
    }
}
