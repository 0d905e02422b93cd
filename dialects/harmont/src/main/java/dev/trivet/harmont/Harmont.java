package dev.trivet.harmont;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.HandOffs;
import dev.trivet.accounts.Invites;
import dev.trivet.accounts.Memberships;
import dev.trivet.accounts.Organizations;
import dev.trivet.blobs.BlobStore;
import dev.trivet.engine.Engine;
import dev.trivet.harmont.vcs.ForgeSettings;
import dev.trivet.http.Cors;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.logs.LogStore;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The dialect, put together: its parts on the engine, and its routes. */
public final class Harmont implements AutoCloseable {
    private final SourceFetch fetch;
    private final Connections connections;
    private final Forges forges;
    private final BuildStore builds;
    private final JobStore jobs;
    private final PipelineStore pipelines;
    private final ArtifactRoutes artifacts;
    private final List<RouteGroup> groups;

    /** What of the server the dialect stands on. */
    public record Ground(
            Database database,
            Engine engine,
            LogStore logs,
            BlobStore blobs,
            RunStore runs,
            Accounts accounts,
            InstantSource clock) {}

    /**
     * @param schemes of addresses that may be fetched and cloned
     * @param inside whether requests to internal addresses are allowed
     * @param forgeSettings of the forges that may start builds
     * @param connectionSettings where people have accounts and repositories
     */
    public Harmont(
            Ground ground,
            HarmontSettings settings,
            Set<String> schemes,
            boolean inside,
            Collection<ForgeSettings> forgeSettings,
            ConnectionSettings connectionSettings) {
        this.pipelines = new PipelineStore(ground.database);
        this.builds = new BuildStore(ground.database);
        this.jobs = new JobStore(ground.database);
        this.fetch = new SourceFetch(schemes, inside);
        var organizations = new Organizations(ground.database, ground.clock);
        var lookup = new Lookup(ground.accounts, organizations, pipelines, builds, jobs);
        Signatures logSecret = settings.logTokenSecret().isEmpty()
                ? Signatures.kept(ground.database, "log-token")
                : Signatures.of(settings.logTokenSecret());
        var tokens = new LogTokens(logSecret, ground.clock);
        this.artifacts = new ArtifactRoutes(
                ground.runs,
                ground.blobs,
                Signatures.kept(ground.database, "artifact-link"),
                settings.origin(),
                ground.clock);
        var actions = new Builds(ground.engine, pipelines, builds, new HarmontPlanner(settings), ground.clock);
        var rendering = new Rendering(
                ground.engine, ground.runs, ground.blobs, ground.logs, new RenderPlan(settings), ground.clock, schemes);
        this.connections = new Connections(ground, connectionSettings, forgeSettings, lookup, organizations);
        this.forges = new Forges(
                ground,
                settings.origin(),
                forgeSettings,
                builds,
                jobs,
                connections.installations(),
                new ForgeBuilds(
                        pipelines, builds, actions, rendering, new Discovery(pipelines, rendering, ground.clock)));
        List<Route> routes = new ArrayList<>();
        routes.addAll(new AccountRoutes(
                        lookup,
                        ground.accounts,
                        organizations,
                        new HandOffs(ground.database, ground.accounts, ground.clock))
                .routes());
        routes.addAll(new OrganizationRoutes(
                        lookup,
                        organizations,
                        new Memberships(ground.database),
                        new Invites(ground.database, ground.clock))
                .routes());
        routes.addAll(connections.routes());
        routes.addAll(new PipelineRoutes(lookup, pipelines, ground.clock).routes());
        routes.addAll(new BuildRoutes(
                        lookup,
                        pipelines,
                        builds,
                        jobs,
                        actions,
                        new Sources(ground.blobs, fetch),
                        rendering,
                        tokens,
                        artifacts)
                .routes());
        var meta = new MetaRoutes(builds, ground.blobs, Signatures.kept(ground.database, "runner-token"));
        var errors = new HarmontErrors(settings.origin());
        var cors = new Cors(settings.corsOrigins());
        this.groups = List.of(
                new RouteGroup("/api/v0", errors.envelope(), Set.of(CredentialKind.BEARER), meta.routes(routes), cors),
                new LogRoutes(jobs, ground.logs, tokens, artifacts, cors).group(),
                new ErrorPages(errors.envelope()).group(),
                forges.routes());
    }

    /** Begins to act on what forges told, and to tell them how their builds do. */
    public void start() {
        forges.start();
    }

    /** Everything that it answers. */
    public List<RouteGroup> groups() {
        return groups;
    }

    public BuildStore builds() {
        return builds;
    }

    public JobStore jobs() {
        return jobs;
    }

    public PipelineStore pipelines() {
        return pipelines;
    }

    /** Path of an artifact for somebody who may read its job; empty if it is none of ours. */
    public String artifactPath(ArtifactRow artifact) {
        return jobs.ofEngine(artifact.jobId())
                .map(job -> artifacts.path(job, artifact))
                .orElse("");
    }

    @Override
    public void close() {
        forges.close();
        connections.close();
        fetch.close();
    }
}
