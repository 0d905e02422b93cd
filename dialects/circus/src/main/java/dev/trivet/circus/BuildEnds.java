package dev.trivet.circus;

import dev.trivet.nix.BuildResult;
import dev.trivet.nix.FileFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes how builds go and end, whatever ended them. In the caller's transaction; a build that is over stays as it is. */
final class BuildEnds {
    private static final String DIRECTORY = "inode/directory";
    private static final int MOST_ROUNDS = 1000;

    private final Handle handle;

    BuildEnds(Handle handle) {
        this.handle = Objects.requireNonNull(handle, "handle is null");
    }

    /** Builds have begun, by the engine's jobs. */
    void started(Map<Long, Instant> jobs) {
        if (jobs.isEmpty()) {
            return;
        }
        List<Map.Entry<Long, Instant>> rows = List.copyOf(jobs.entrySet());
        handle.createUpdate("""
                        update circus.builds b set status = 'running', started_at = f.at
                        from unnest(cast(:jobs as bigint[]), cast(:times as text[])) as g(job, time),
                            lateral (select cast(g.time as timestamptz) as at) f
                        where b.job_id = g.job and b.status = 'pending'
                        """)
                .bindArray(
                        "jobs", Long.class, rows.stream().map(Map.Entry::getKey).toArray())
                .bindArray(
                        "times",
                        String.class,
                        rows.stream().map(row -> row.getValue().toString()).toArray())
                .execute();
    }

    /** Builds end without having been built, all in the same way. Answers the evaluations of those that were not over. */
    List<UUID> unbuilt(Collection<Long> jobs, BuildStatus status, @Nullable String message, Instant at) {
        if (jobs.isEmpty()) {
            return List.of();
        }
        return handle.createQuery("""
                        update circus.builds set status = :status, completed_at = :at, error_message = :message
                        where job_id = any(:jobs) and status in ('pending', 'running') returning evaluation_id
                        """)
                .bindArray("jobs", Long.class, jobs)
                .bind("status", status.wireName())
                .bind("message", message)
                .bind("at", at)
                .mapTo(UUID.class)
                .list();
    }

    /**
     * A build has been built, or could not be.
     *
     * @param message why it did not end well
     * @return false if it was over
     */
    boolean end(KnownBuild build, BuildStatus status, @Nullable String message, BuildReport report, Instant at) {
        String first = report.outputs().isEmpty()
                ? null
                : build.outputs()
                        .getOrDefault("out", report.outputs().getFirst().path());
        int ended = handle.createUpdate("""
                        update circus.builds set status = :status, completed_at = :at, error_message = :message,
                            started_at = coalesce(started_at, :at), log_path = :log, build_output_path = :output,
                            release_name = :release
                        where id = :id and job_id = :job and status in ('pending', 'running')
                        """)
                .bind("id", build.id())
                .bind("job", build.jobId())
                .bind("status", status.wireName())
                .bind("message", message == null ? null : plain(message))
                .bind("log", build.jobId() + "/1")
                .bind("output", first)
                .bind("release", report.release())
                .bind("at", at)
                .execute();
        if (ended == 0) {
            return false;
        }
        outputs(build, report, at);
        steps(build, status, message, report, at);
        metrics(build, report, at);
        remember(build, status, report, at);
        machines(build, report, at);
        return true;
    }

    /** Which machine it was built on, and how machines did. */
    private void machines(KnownBuild build, BuildReport report, Instant at) {
        boolean elsewhere = report.steps().stream().anyMatch(step -> step.machine() != null);
        if (!elsewhere && report.unreached().isEmpty()) {
            return;
        }
        List<RemoteBuilder> builders = handle.createQuery("select * from circus.remote_builders order by id")
                .map((row, context) -> RemoteBuilder.of(row))
                .list();
        Set<String> lost = report.unreached().stream()
                .map(BuildResult.Unreachable::machine)
                .collect(Collectors.toSet());
        for (BuildReport.Step step : report.steps()) {
            String machine = step.machine();
            if (machine != null && step.ended() != null && !lost.contains(machine)) {
                BuilderLines.named(builders, machine).ifPresent(builder -> {
                    BuilderStore.succeeded(handle, builder.id());
                    if (step.drvPath().equals(build.drvPath())) {
                        handle.createUpdate("update circus.builds set builder_id = :builder where id = :id")
                                .bind("builder", builder.id())
                                .bind("id", build.id())
                                .execute();
                    }
                });
            }
        }
        for (BuildResult.Unreachable unreached : report.unreached()) {
            BuilderLines.named(builders, unreached.machine())
                    .ifPresent(builder -> BuilderStore.failed(handle, builder.id(), at, BuildEnds::pause));
        }
    }

    /** 1, 3, 9 and 27 minutes, and up to half a minute more, so that not all come back at once. */
    private static long pause(int failures) {
        long pause = 60;
        for (int failure = 1; failure < failures; failure++) {
            pause *= 3;
        }
        return pause + ThreadLocalRandom.current().nextLong(31);
    }

    private void outputs(KnownBuild build, BuildReport report, Instant at) {
        Map<String, String> names = new HashMap<>();
        build.outputs().forEach((name, path) -> names.put(path, name));
        int number = 0;
        for (BuildResult.Output output : report.outputs()) {
            String name = names.getOrDefault(output.path(), number == 0 ? "out" : "out" + number);
            number++;
            handle.createUpdate("""
                            insert into circus.build_outputs (build, name, path) values (:build, :name, :path)
                            on conflict (build, name) do update set path = excluded.path
                            """)
                    .bind("build", build.id())
                    .bind("name", name)
                    .bind("path", output.path())
                    .execute();
            FileFacts file = output.file();
            if (file == null) {
                product(build, name, output.path(), output.narHash(), output.narSize(), DIRECTORY, true, at);
            } else {
                String type = MediaTypes.of("", output.path());
                product(build, name, output.path(), file.sha256(), file.size(), type, false, at);
            }
        }
        for (BuildResult.Product product : report.products()) {
            if (!product.path().startsWith(build.store()) || (product.path() + "/").contains("/../")) {
                continue;
            }
            product(
                    build,
                    product.name(),
                    product.path(),
                    product.sha256(),
                    product.directory() ? null : product.size(),
                    product.directory() ? DIRECTORY : MediaTypes.of(product.subtype(), product.name()),
                    product.directory(),
                    at);
        }
    }

    private void product(
            KnownBuild build,
            String name,
            String path,
            @Nullable String hash,
            @Nullable Long size,
            @Nullable String type,
            boolean directory,
            Instant at) {
        handle.createUpdate("""
                        insert into circus.build_products (build_id, name, path, sha256_hash, file_size, content_type, is_directory,
                            created_at)
                        select :build, :name, :path, :hash, :size, :type, :directory,
                            cast(:at as timestamptz) + (select count(*) from circus.build_products where build_id = :build) * interval '1 microsecond'
                        """)
                .bind("build", build.id())
                .bind("name", plain(name))
                .bind("path", plain(path))
                .bind("hash", hash == null ? null : plain(hash))
                .bind("size", size)
                .bind("type", type)
                .bind("directory", directory)
                .bind("at", at)
                .execute();
    }

    private void steps(KnownBuild build, BuildStatus status, @Nullable String message, BuildReport report, Instant at) {
        int number = 1;
        for (Map<String, @Nullable Object> step : BuildSteps.of(build.drvPath(), status, message, report, at)) {
            handle.createUpdate("""
                            insert into circus.build_steps (build_id, step_number, command, output, error_output, started_at,
                                completed_at, exit_code)
                            values (:build, :number, :command, :output, :error_output, :started_at, :completed_at, :exit_code)
                            on conflict do nothing
                            """)
                    .bindMap(step)
                    .bind("build", build.id())
                    .bind("number", number)
                    .execute();
            number++;
        }
    }

    /** A runner may say anything; no column holds NUL. */
    private static String plain(String text) {
        return text.replace("\0", "");
    }

    private void metrics(KnownBuild build, BuildReport report, Instant at) {
        long size =
                report.outputs().stream().mapToLong(BuildResult.Output::narSize).sum();
        if (!report.outputs().isEmpty()) {
            metric(build, "output_size_bytes", (double) size, "bytes", at);
        }
        handle.createQuery("select started_at from circus.builds where id = :id")
                .bind("id", build.id())
                .map((row, context) -> Columns.instant(row, "started_at"))
                .findOne()
                .ifPresent(started -> metric(
                        build,
                        "build_duration_seconds",
                        Math.max(0, Duration.between(started, at).toMillis()) / 1000.0,
                        "seconds",
                        at));
        for (BuildResult.Metric metric : report.metrics()) {
            metric(build, metric.name(), metric.value(), metric.unit(), at);
        }
    }

    private void metric(KnownBuild build, String name, double value, String unit, Instant at) {
        handle.createUpdate("""
                        insert into circus.build_metrics (build_id, metric_name, metric_value, unit, collected_at)
                        values (:build, :name, :value, :unit, :at) on conflict (build_id, metric_name) do nothing
                        """)
                .bind("build", build.id())
                .bind("name", plain(name))
                .bind("value", value)
                .bind("unit", plain(unit))
                .bind("at", at)
                .execute();
    }

    /** A failure that another try does not change is not tried again for a while; a success ends that. */
    private void remember(KnownBuild build, BuildStatus status, BuildReport report, Instant at) {
        if (status == BuildStatus.SUCCEEDED) {
            handle.createUpdate("delete from circus.failed_paths_cache where drv_path = :drv")
                    .bind("drv", build.drvPath())
                    .execute();
            return;
        }
        BuildResult.Verdict verdict = report.verdict();
        String culprit = verdict == null ? null : verdict.culprit();
        if (status.isRemembered() && verdict != null && (culprit == null || culprit.equals(build.drvPath()))) {
            handle.createUpdate("""
                            insert into circus.failed_paths_cache (drv_path, source_build_id, failure_status, failed_at)
                            values (:drv, :build, :status, :at)
                            on conflict (drv_path) do update set source_build_id = excluded.source_build_id,
                                failure_status = excluded.failure_status, failed_at = excluded.failed_at
                            """)
                    .bind("drv", build.drvPath())
                    .bind("build", build.id())
                    .bind("status", status.wireName())
                    .bind("at", at)
                    .execute();
        }
    }

    /**
     * Ends aggregates of these evaluations that are decided: one has succeeded when all its constituents have, and fails with the first of
     * them. An evaluation that still goes on is left alone: its constituents are not all known. One that is green now is promoted.
     *
     * @return the aggregates that have ended
     */
    Set<UUID> settle(Collection<UUID> evaluations, Instant at) {
        lock(evaluations);
        Set<UUID> settled = aggregates(evaluations, at);
        new Promotions(handle).automatic(evaluations, at);
        return settled;
    }

    /** Of two that end builds of one evaluation at the same time, the second one sees what the first one has done. */
    private void lock(Collection<UUID> evaluations) {
        if (!evaluations.isEmpty()) {
            handle.createQuery("select id from circus.evaluations where id = any(:ids) order by id for no key update")
                    .bindArray("ids", UUID.class, evaluations)
                    .mapTo(UUID.class)
                    .list();
        }
    }

    private Set<UUID> aggregates(Collection<UUID> evaluations, Instant at) {
        Set<UUID> settled = new HashSet<>();
        for (int round = 0; round < MOST_ROUNDS && !evaluations.isEmpty(); round++) {
            List<UUID> now = handle.createQuery("""
                            with judged as (
                                select a.id, bool_or(d.status not in ('pending', 'running', 'succeeded')) as bad,
                                    bool_and(d.status = 'succeeded') as good,
                                    string_agg(d.job_name, ', ' order by d.job_name)
                                        filter (where d.status not in ('pending', 'running', 'succeeded')) as names
                                from circus.builds a join circus.evaluations e on e.id = a.evaluation_id
                                join circus.build_dependencies bd on bd.build_id = a.id
                                join circus.builds d on d.id = bd.dependency_build_id
                                where a.evaluation_id = any(:evaluations) and a.is_aggregate and a.status in ('pending', 'running')
                                  and e.status not in ('pending', 'running')
                                group by a.id)
                            update circus.builds b set status = case when bad then 'dependency_failed' else 'succeeded' end,
                                started_at = coalesce(started_at, :at), completed_at = :at,
                                error_message = case when bad then left('not built: ' || names, 4000) else null end
                            from judged where b.id = judged.id and (bad or good) returning b.id
                            """)
                    .bindArray("evaluations", UUID.class, evaluations)
                    .bind("at", at)
                    .mapTo(UUID.class)
                    .list();
            settled.addAll(now);
            if (now.isEmpty()) {
                break;
            }
        }
        return settled;
    }
}
