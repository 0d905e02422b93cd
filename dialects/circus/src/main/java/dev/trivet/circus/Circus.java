package dev.trivet.circus;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Principal;
import dev.trivet.blobs.BlobStore;
import dev.trivet.engine.Engine;
import dev.trivet.http.Cors;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.logs.LogStore;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.RunStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The dialect, put together: its routes, and what it does by itself. */
public final class Circus implements AutoCloseable {
    /** The tables of this dialect; after those of the engine and of accounts. */
    public static final MigrationSet MIGRATIONS = new MigrationSet("circus", "dev/trivet/circus/migrations");

    private final List<RouteGroup> groups;
    private final Declarations declarations;
    private final Declaration declaration;

    /** What it stands on. */
    public record Ground(
            Database database,
            Engine engine,
            LogStore logs,
            BlobStore blobs,
            RunStore runs,
            Accounts accounts,
            InstantSource clock) {}

    public Circus(Ground ground, CircusSettings settings) {
        Objects.requireNonNull(ground, "ground is null");
        var rights = new Rights(Circus::role);
        var cors = new Cors(settings.corsOrigins());
        List<Route> routes = new ArrayList<>(new SystemRoutes(ground.database, rights).routes());
        var validation = new Validation(settings.schemes(), settings.inside());
        routes.addAll(new ProjectRoutes(ground.database, validation, rights, AuditSink.NONE).routes());
        routes.addAll(new SetupRoutes(ground.database, validation, new FlakeProbe(validation), rights).routes());
        routes.addAll(new JobsetRoutes(ground.database, rights).routes());
        routes.addAll(new InputRoutes(ground.database, rights).routes());
        routes.addAll(new WebhookConfigRoutes(ground.database, settings.box(), rights).routes());
        routes.addAll(new BuilderRoutes(ground.database, rights, AuditSink.NONE).routes());
        Runnable waker = () -> {};
        this.declarations = new Declarations(ground.database, DeclaredElsewhere.NONE, settings.box(), waker);
        this.declaration = settings.declaration();
        Trigger trigger = new StoredTrigger(ground.database, waker);
        routes.addAll(new HookRoutes(ground.database, settings.box(), trigger).routes());
        routes.addAll(new SearchRoutes(ground.database).routes());
        routes.addAll(new SeriesRoutes(ground.database).routes());
        List<RouteGroup> open = new ArrayList<>();
        open.add(open("/prometheus", new PrometheusRoutes(ground.database).routes()));
        open.add(open("/job", new BadgeRoutes(ground.database).routes()));
        List<RouteGroup> all = new ArrayList<>(open);
        List<Route> outside =
                open.stream().flatMap(group -> group.routes().stream()).toList();
        all.add(new RouteGroup(
                "/api/v1", CircusErrors.SHAPE, Set.of(CredentialKind.BEARER), MetaRoutes.with(routes, outside), cors));
        this.groups = List.copyOf(all);
    }

    private static RouteGroup open(String prefix, List<Route> routes) {
        return new RouteGroup(prefix, CircusErrors.SHAPE, Set.of(), routes);
    }

    private static Role role(Principal caller) {
        if (caller.mayAdminister()) {
            return Role.ADMIN;
        }
        Grants grants = caller.grants();
        return grants.isAll()
                ? Role.READ_ONLY
                : grants.each().stream()
                        .filter(grant -> grant.dialect().equals("circus"))
                        .flatMap(grant -> Role.named(grant.scope()).stream())
                        .findFirst()
                        .orElse(Role.READ_ONLY);
    }

    /** Everything that it answers. */
    public List<RouteGroup> groups() {
        return groups;
    }

    /** Brings about what is declared, begins to watch repositories and to follow the engine. */
    public void start() {
        declarations.apply(declaration);
    }

    @Override
    public void close() {}
}
