package dev.trivet.harmont;

import dev.trivet.engine.Event;
import dev.trivet.engine.EventFeed;
import dev.trivet.harmont.vcs.BuildReport;
import dev.trivet.harmont.vcs.CheckState;
import dev.trivet.harmont.vcs.DeliveryStore;
import dev.trivet.harmont.vcs.EventWorker;
import dev.trivet.harmont.vcs.Forge;
import dev.trivet.harmont.vcs.ForgeHttp;
import dev.trivet.harmont.vcs.ForgeSettings;
import dev.trivet.harmont.vcs.JobReport;
import dev.trivet.harmont.vcs.StatusClient;
import dev.trivet.harmont.vcs.StatusReporter;
import dev.trivet.harmont.vcs.StatusStore;
import dev.trivet.http.RouteGroup;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Everything between builds and forges, put together: webhooks in, statuses out. */
final class Forges implements AutoCloseable {
    private static final String LISTENER = "harmont-forges";

    private final EventFeed events;
    private final BuildStore builds;
    private final JobStore jobs;
    private final String origin;
    private final HttpClient http = ForgeHttp.client();
    private final StatusReporter reporter;
    private final EventWorker worker;
    private final WebhookRoutes webhooks;

    Forges(
            Harmont.Ground ground,
            String origin,
            Collection<ForgeSettings> all,
            BuildStore builds,
            JobStore jobs,
            Installations installations,
            ForgeBuilds forgeBuilds) {
        this.events = ground.engine().events();
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.origin = Objects.requireNonNull(origin, "origin is null");
        Map<Forge, ForgeSettings> settings = new EnumMap<>(Forge.class);
        Map<Forge, StatusClient> clients = new EnumMap<>(Forge.class);
        for (ForgeSettings one : all) {
            settings.put(one.forge(), one);
            StatusClient.of(one, http, ground.clock()).ifPresent(client -> clients.put(one.forge(), client));
        }
        var deliveries = new DeliveryStore(ground.database());
        var statuses = new StatusStore(ground.database());
        this.reporter = new StatusReporter(statuses, clients, this::report, ground.clock());
        this.worker = new EventWorker(
                deliveries, new ForgeActions(statuses, reporter, builds, installations, forgeBuilds), ground.clock());
        this.webhooks = new WebhookRoutes(settings, worker);
    }

    RouteGroup routes() {
        return webhooks.group();
    }

    void start() {
        reporter.start();
        worker.start();
        events.listen(LISTENER, this::changed);
    }

    /** Runs that have changed may be builds that a forge wants to know of. */
    private void changed(List<Event> news) {
        Set<Long> runs = news.stream().map(Event::runId).collect(Collectors.toSet());
        builds.ofRuns(runs)
                .forEach(build -> reporter.changed(
                        build.id(), CheckState.ofBuild(build.state().wireName())));
    }

    private Optional<BuildReport> report(UUID id) {
        return builds.find(id)
                .map(build -> new BuildReport(
                        build.id(),
                        build.pipeline(),
                        build.number(),
                        build.state().wireName(),
                        URI.create(origin + "/" + build.organization() + "/pipelines/" + build.pipeline() + "/builds/"
                                + build.number()),
                        build.errorMessage(),
                        jobs.of(id).stream().map(Forges::report).toList()));
    }

    private static JobReport report(Job job) {
        JobError error = JobError.of(job.engineState(), job.outcome());
        return new JobReport(
                job.stepKey(),
                job.label(),
                job.status().wireName(),
                job.softFailed(),
                error.exitCode(),
                error.message(),
                job.started(),
                job.finished());
    }

    @Override
    public void close() {
        worker.close();
        reporter.close();
        http.close();
    }
}
