package dev.trivet.circus;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.blobs.BlobStore;
import dev.trivet.circus.cache.BinaryCache;
import dev.trivet.circus.notify.BuildNotifications;
import dev.trivet.circus.notify.ConfigStore;
import dev.trivet.circus.notify.TargetReader;
import dev.trivet.circus.product.ProductRoutes;
import dev.trivet.engine.Engine;
import dev.trivet.http.Cors;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.SignInWatch;
import dev.trivet.logs.LogStore;
import dev.trivet.notify.Courier;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.RunStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The dialect, put together: its routes, and what it does by itself. */
public final class Circus implements AutoCloseable {
    /** The tables of this dialect; after those of the engine and of accounts. */
    public static final MigrationSet MIGRATIONS = new MigrationSet("circus", "dev/trivet/circus/migrations");

    private static final String BUILDS_CHANGED = "circus_builds_changed";
    private static final String JOBSETS_CHANGED = "circus_jobsets_changed";
    /** Asking a repository where its branches are takes longer only if it does not answer. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(60);

    private final Engine engine;
    private final CircusListener listener;
    private final EvaluationLoop loop;
    private static final String VERSION =
            Objects.requireNonNullElse(Circus.class.getPackage().getImplementationVersion(), "development");

    private final People people;
    private final List<RouteGroup> groups;
    private final Declarations declarations;
    private final Declaration declaration;
    private final Pulse pulse;
    private final BinaryCache cache;
    private final List<CircusPart> parts;
    private final BuildNotifications notifications;

    /** What it stands on. */
    public record Ground(
            Database database,
            Engine engine,
            LogStore logs,
            BlobStore blobs,
            RunStore runs,
            Accounts accounts,
            PasswordSignIn signIn,
            Courier courier,
            InstantSource clock) {}

    /** @param makers of parts of it that stand elsewhere */
    public Circus(Ground ground, CircusSettings settings, List<CircusPart.Maker> makers) {
        Objects.requireNonNull(ground, "ground is null");
        var rights = new Rights(new AccountRoles(ground.database));
        this.people = new People(ground.database, ground.accounts, ground.signIn, rights, settings.people());
        var partGround = new CircusPart.Ground(
                ground.database, ground.blobs, rights, people.audit(), ground.clock, settings.origin());
        this.parts = makers.stream().map(maker -> maker.make(partGround)).toList();
        var cors = new Cors(settings.corsOrigins());
        List<Route> routes = new ArrayList<>(new Administration(
                        ground.database,
                        ground.engine,
                        ground.courier,
                        ground.clock,
                        rights,
                        people.audit(),
                        settings.config())
                .routes());
        routes.addAll(people.routes());
        parts.forEach(part -> routes.addAll(part.api()));
        var validation = new Validation(settings.schemes(), settings.inside());
        var planner = new CircusPlanner(settings.evaluation(), settings.build());
        var actions = new BuildActions(ground.database, ground.engine, planner, ground.clock);
        routes.addAll(new ProjectRoutes(ground.database, validation, rights, people.audit(), actions).routes());
        routes.addAll(new SetupRoutes(ground.database, validation, new FlakeProbe(validation), rights).routes());
        routes.addAll(new JobsetRoutes(ground.database, rights, actions).routes());
        routes.addAll(new InputRoutes(ground.database, rights).routes());
        routes.addAll(new WebhookConfigRoutes(ground.database, settings.box(), rights).routes());
        routes.addAll(new BuilderRoutes(ground.database, rights, people.audit()).routes());
        var configs = new ConfigStore(
                ground.database, settings.box(), new TargetReader(settings.notifications(), settings.inside()));
        this.notifications = new BuildNotifications(
                ground.database, ground.courier, configs, settings.notifications(), settings.origin(), ground.clock);
        routes.addAll(new NotificationRoutes(ground.database, configs, notifications, rights).routes());
        Runnable waker = this::wake;
        this.declarations = new Declarations(ground.database, new DeclaredMembers(configs), settings.box(), waker);
        this.declaration = settings.declaration();
        routes.addAll(new EvaluationRoutes(ground.database, rights, waker).routes());
        routes.addAll(new BuildRoutes(ground.database, actions, ground.logs, rights, ground.clock).routes());
        this.cache = new BinaryCache(
                new BinaryCache.Ground(
                        ground.database, ground.engine, ground.blobs, validation::refuseInside, ground.clock),
                settings.cache());
        routes.addAll(new ProductRoutes(ground.database, settings.store(), cache::archive, Ids::of).routes());
        var heartbeats = new Heartbeats(ground.database, ground.clock, VERSION);
        this.engine = ground.engine;
        var elsewhere = new Elsewhere(ground.logs, settings.evaluation().takeover(), ground.clock);
        this.listener = new CircusListener(ground.database, ground.runs, ground.logs, elsewhere, waker);
        this.loop = new EvaluationLoop(new EvaluationLoop.Ground(
                ground.database,
                ground.engine,
                planner,
                new EvaluationReader.Ground(
                        ground.database,
                        ground.engine,
                        ground.logs,
                        ground.runs,
                        planner,
                        declarations,
                        elsewhere,
                        settings.build(),
                        ground.clock),
                new RepositoryWatch(
                        ground.database,
                        new RemoteHeads(validation, settings.schemes(), longestLook(settings.evaluation())),
                        declarations,
                        settings.evaluation().poll(),
                        ground.clock),
                actions,
                new Housekeeping(
                        ground.database, ground.engine, ground.runs, planner, settings.build(), settings.garbage()),
                listener,
                heartbeats,
                settings.evaluation(),
                ground.clock));
        Trigger trigger = new StoredTrigger(ground.database, waker);
        routes.addAll(new HookRoutes(ground.database, settings.box(), trigger).routes());
        routes.addAll(new SearchRoutes(ground.database).routes());
        routes.addAll(new SeriesRoutes(ground.database).routes());
        List<RouteGroup> open = new ArrayList<>();
        open.add(open("/prometheus", new PrometheusRoutes(ground.database, cache::numbers).routes()));
        open.add(cache.group());
        this.pulse = new Pulse(heartbeats, Map.of(HealthRoutes.QUEUE_RUNNER, Duration.ofSeconds(5)));
        open.add(open("/health", new HealthRoutes(heartbeats, ground.clock, VERSION).routes()));
        open.add(open("/job", new BadgeRoutes(ground.database).routes()));
        parts.forEach(part -> open.addAll(part.open()));
        List<RouteGroup> all = new ArrayList<>(open);
        List<Route> outside = new ArrayList<>(people.elsewhere());
        open.forEach(group -> outside.addAll(group.routes()));
        all.addFirst(new RouteGroup(
                "/api/v1",
                CircusErrors.SHAPE,
                Set.of(CredentialKind.BEARER, CredentialKind.SESSION),
                MetaRoutes.with(routes, outside),
                cors));
        this.groups = people.dressed(all);
    }

    private static Duration longestLook(EvaluationSettings settings) {
        return settings.gitTimeout().compareTo(LONGEST_LOOK) < 0 ? settings.gitTimeout() : LONGEST_LOOK;
    }

    private static RouteGroup open(String prefix, List<Route> routes) {
        return new RouteGroup(prefix, CircusErrors.SHAPE, Set.of(), routes);
    }

    /** Everything that it answers. */
    public List<RouteGroup> groups() {
        return groups;
    }

    /** Brings about what is declared, begins to watch repositories and to follow the engine. */
    public void start() {
        pulse.start();
        people.start();
        declarations.apply(declaration);
        listener.listenTo(engine.events());
        notifications.start();
        engine.hear(BUILDS_CHANGED, notifications.listener());
        engine.hear(JOBSETS_CHANGED, loop.listener());
        loop.start();
        cache.start();
        parts.forEach(CircusPart::start);
    }

    /** The binary cache. */
    public BinaryCache cache() {
        return cache;
    }

    private void wake() {
        parts.forEach(CircusPart::wake);
        loop.wake();
    }

    /** Those of these blobs that it needs, by their hashes. */
    public Set<String> referencedBlobs(Collection<String> hashes) {
        Set<String> needed = new HashSet<>(cache.referencedBlobs(hashes));
        parts.forEach(part -> needed.addAll(part.referencedBlobs(hashes)));
        return needed;
    }

    /** Is told who signs in on our pages. */
    public SignInWatch signIns() {
        return people.signIns();
    }

    @Override
    public void close() {
        cache.close();
        loop.close();
        parts.forEach(CircusPart::close);
        notifications.close();
        pulse.close();
        people.close();
    }
}
