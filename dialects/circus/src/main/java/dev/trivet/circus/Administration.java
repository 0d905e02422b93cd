package dev.trivet.circus;

import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.RemoteRunners;
import dev.trivet.http.Route;
import dev.trivet.notify.Courier;
import dev.trivet.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** What administrators see and do of the server itself, beside people and builders over SSH (spec section 2.10). */
final class Administration {
    private final List<Route> routes;

    Administration(
            Database database,
            Engine engine,
            Courier courier,
            InstantSource clock,
            Rights rights,
            Audit audit,
            ConfigAccess config) {
        var runners = new RemoteRunners(engine, database, clock, EngineConfig.DEFAULT.leaseTimeout());
        this.routes = Stream.of(
                        new SystemRoutes(database, rights).routes(),
                        new ConfigRoutes(new ConfigFile(config), rights, audit).routes(),
                        new RunnerSessionRoutes(runners).routes(),
                        new PinRoutes(database, rights, audit).routes(),
                        new NotificationTaskRoutes(database, courier, rights, audit).routes())
                .flatMap(List::stream)
                .toList();
    }

    List<Route> routes() {
        return routes;
    }
}
