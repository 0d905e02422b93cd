package dev.trivet.circus;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.engine.Engine;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.store.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is done to builds, in the rows and at the engine (spec section 2.6). Thread-safe. */
final class BuildActions {
    private static final int MOST = 1000;
    private static final int BUMP = 10;
    /** Of the engine. */
    private static final int MOST_SHARES = 1_000_000;

    private final Database database;
    private final Engine engine;
    private final CircusPlanner planner;
    private final BuildStore builds;
    private final BuilderStore builders;
    private final InstantSource clock;

    BuildActions(Database database, Engine engine, CircusPlanner planner, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.planner = Objects.requireNonNull(planner, "planner is null");
        this.builds = new BuildStore(database);
        this.builders = new BuilderStore(database);
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Ends a build and all that need it, as far as they are not over; those that were ended, oldest first. */
    List<Map<String, @Nullable Object>> cancel(UUID id) {
        List<KnownBuild> canceled = builds.cancel(id, clock.instant());
        canceled.stream().map(KnownBuild::jobId).filter(Objects::nonNull).forEach(engine::cancelJob);
        settle(canceled.stream().map(KnownBuild::evaluationId).toList());
        return builds.shown(canceled.stream().map(KnownBuild::id).toList());
    }

    /** Builds it again, with those that were not built because of it; empty if it is not there or not over. */
    Optional<Map<String, @Nullable Object>> restart(UUID id) {
        if (builds.restart(id).isEmpty()) {
            return Optional.empty();
        }
        send();
        return builds.find(id);
    }

    /** Builds it earlier; empty if it does not wait. */
    Optional<Map<String, @Nullable Object>> bump(UUID id) {
        Optional<Map<String, @Nullable Object>> bumped = builds.bump(id, BUMP);
        bumped.ifPresent(build -> builds.log(id)
                .map(BuildStore.LogPlace::jobId)
                .ifPresent(job ->
                        engine.prioritise(job, build.get("priority") instanceof Integer priority ? priority : BUMP)));
        return bumped;
    }

    /** What waits of a jobset has this share from now on. One without any keeps what the engine has of it already. */
    void share(Jobset jobset) {
        if (jobset.schedulingShares() > 0) {
            new ProjectStore(database)
                    .find(jobset.projectId())
                    .ifPresent(project -> engine.share(
                            CircusPlanner.tenant(project.name(), jobset.name()),
                            Math.min(jobset.schedulingShares(), MOST_SHARES)));
        }
    }

    /** Ends everything below a project or jobset that is about to be deleted. */
    BuildStore.Work open(@Nullable UUID project, @Nullable UUID jobset) {
        return builds.open(project, jobset);
    }

    /** The rows are gone: the engine need not go on. */
    void abandon(BuildStore.Work work) {
        work.runs().forEach(engine::cancelRun);
        work.jobs().forEach(engine::cancelJob);
    }

    private void settle(List<UUID> evaluations) {
        if (!evaluations.isEmpty()) {
            database.write(handle -> new BuildEnds(handle).settle(evaluations, clock.instant()));
        }
    }

    // ---- builds without a job

    /** Has the engine build what waits and is no part of a running evaluation: what was restarted, or written by other means. */
    void send() {
        List<BuildStore.Unsent> unsent = builds.unsent(MOST);
        Map<UUID, List<BuildStore.Unsent>> byEvaluation = new LinkedHashMap<>();
        for (BuildStore.Unsent build : unsent) {
            Optional<String> impossible = planner.impossible(build.wish());
            if (impossible.isPresent()) {
                refuse(build, impossible.get());
            } else {
                byEvaluation
                        .computeIfAbsent(build.evaluation(), _ -> new ArrayList<>())
                        .add(build);
            }
        }
        byEvaluation.values().forEach(this::send);
    }

    private void refuse(BuildStore.Unsent build, String why) {
        database.write(handle -> {
            handle.createUpdate("""
                            update circus.builds set status = 'failed', error_message = :why, started_at = coalesce(started_at, :now),
                                completed_at = :now
                            where id = :id and status = 'pending' and job_id is null
                            """)
                    .bind("id", build.id())
                    .bind("why", why)
                    .bind("now", clock.instant())
                    .execute();
            return new BuildEnds(handle).settle(List.of(build.evaluation()), clock.instant());
        });
    }

    private void send(List<BuildStore.Unsent> those) {
        Map<UUID, String> keys = new HashMap<>();
        List<PlannedJob> jobs = new ArrayList<>();
        var machines = new BuilderLines(builders.usable(clock.instant()));
        for (BuildStore.Unsent build : those) {
            PlannedJob job = planner.build(build.wish(), machines);
            keys.put(build.id(), job.key());
            jobs.add(job);
        }
        List<Edge> edges = builds.dependencies(keys.keySet()).stream()
                .map(need -> Edge.dependsOn(
                        Objects.requireNonNull(keys.get(need.needed()), "no key"),
                        Objects.requireNonNull(keys.get(need.build()), "no key")))
                .toList();
        BuildStore.Unsent first = those.getFirst();
        String title = CircusPlanner.tenant(first.project(), first.jobset()) + ": "
                + (those.size() == 1 ? first.wish().jobName() : those.size() + " builds");
        Set<UUID> taken = new HashSet<>();
        SubmittedRun run = engine.submit(
                planner.builds(first.project(), first.jobset(), title, jobs, edges), (handle, submitted) -> {
                    Map<UUID, Long> ids = new HashMap<>();
                    keys.forEach((id, key) -> ids.put(
                            id, Objects.requireNonNull(submitted.jobIds().get(key), "a job that was not made")));
                    taken.clear();
                    taken.addAll(BuildStore.sent(handle, ids));
                });
        // Somebody else may have been faster with some of them.
        keys.forEach((id, key) -> {
            if (!taken.contains(id)) {
                engine.cancelJob(Objects.requireNonNull(run.jobIds().get(key), "a job that was not made"));
            }
        });
    }
}
