package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.nix.EvaluationLine.Constituent;
import dev.trivet.nix.EvaluationLine.Job;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/** Writes what evaluations find: many builds in few statements. In the caller's transaction. */
final class BuildRows {
    private final Handle handle;
    private final Instant now;

    BuildRows(Handle handle, Instant now) {
        this.handle = Objects.requireNonNull(handle, "handle is null");
        this.now = Objects.requireNonNull(now, "now is null");
    }

    /** Writes new builds, in their order. */
    void insert(UUID evaluation, List<NewBuild> builds) {
        if (builds.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        insert into circus.builds (id, evaluation_id, job_name, drv_path, status, completed_at, error_message,
                            system, priority, outputs, is_aggregate, constituents, is_fod, fod_hash, meta_description,
                            meta_license, meta_homepage, meta_maintainers, required_features, build_timeout, max_silent, created_at)
                        select f.id, :evaluation, f.job_name, f.drv_path, f.status,
                            case when f.status = 'pending' then null else cast(:now as timestamptz) end, f.message, f.system, f.priority,
                            cast(f.outputs as jsonb), f.aggregate, cast(f.constituents as jsonb), f.hash is not null, f.hash,
                            f.description, f.license, f.homepage, f.maintainers,
                            case when f.features = '' then '{}' else string_to_array(f.features, ' ') end, f.timeout, f.silent,
                            cast(:now as timestamptz) + f.ord * interval '1 microsecond'
                        from unnest(cast(:ids as uuid[]), cast(:names as text[]), cast(:drvs as text[]), cast(:statuses as text[]),
                            cast(:messages as text[]), cast(:systems as text[]), cast(:priorities as int[]), cast(:outputs as text[]),
                            cast(:aggregates as boolean[]), cast(:constituents as text[]), cast(:hashes as text[]),
                            cast(:descriptions as text[]), cast(:licenses as text[]), cast(:homepages as text[]),
                            cast(:maintainers as text[]), cast(:features as text[]), cast(:timeouts as int[]), cast(:silents as int[]))
                            with ordinality as f(id, job_name, drv_path, status, message, system, priority, outputs, aggregate,
                                constituents, hash, description, license, homepage, maintainers, features, timeout, silent, ord)
                        """)
                .bind("evaluation", evaluation)
                .bind("now", now)
                .bindArray("ids", UUID.class, builds.stream().map(NewBuild::id).toArray())
                .bindArray("names", String.class, texts(builds, Job::attr))
                .bindArray("drvs", String.class, texts(builds, Job::drvPath))
                .bindArray(
                        "statuses",
                        String.class,
                        builds.stream().map(build -> build.status().wireName()).toArray())
                .bindArray(
                        "messages",
                        String.class,
                        builds.stream().map(NewBuild::message).toArray())
                .bindArray("systems", String.class, texts(builds, Job::system))
                .bindArray(
                        "priorities",
                        Integer.class,
                        builds.stream().map(build -> priority(build.job())).toArray())
                .bindArray("outputs", String.class, texts(builds, job -> Json.write(job.outputs())))
                .bindArray(
                        "aggregates",
                        Boolean.class,
                        builds.stream().map(NewBuild::isAggregate).toArray())
                .bindArray(
                        "constituents",
                        String.class,
                        builds.stream().map(BuildRows::constituents).toArray())
                .bindArray("hashes", String.class, texts(builds, Job::fixedHash))
                .bindArray(
                        "descriptions",
                        String.class,
                        texts(builds, job -> job.meta().description()))
                .bindArray(
                        "licenses",
                        String.class,
                        texts(builds, job -> job.meta().license()))
                .bindArray(
                        "homepages",
                        String.class,
                        texts(builds, job -> job.meta().homepage()))
                .bindArray(
                        "maintainers",
                        String.class,
                        texts(builds, job -> job.meta().maintainers()))
                .bindArray("features", String.class, texts(builds, job -> String.join(" ", job.requiredFeatures())))
                .bindArray(
                        "timeouts",
                        Integer.class,
                        builds.stream()
                                .map(build -> build.job().meta().timeout())
                                .toArray())
                .bindArray(
                        "silents",
                        Integer.class,
                        builds.stream()
                                .map(build -> build.job().meta().maxSilent())
                                .toArray())
                .execute();
        adopt(builds.stream().filter(build -> build.source() != null).toList());
    }

    static int priority(Job job) {
        Integer own = job.meta().schedulingPriority();
        return own == null ? 0 : own;
    }

    private static @Nullable String constituents(NewBuild build) {
        return build.isAggregate()
                ? Json.write(build.job().constituents().stream()
                        .map(Constituent::job)
                        .filter(Objects::nonNull)
                        .toList())
                : null;
    }

    private static Object[] texts(List<NewBuild> builds, Function<Job, @Nullable String> text) {
        return builds.stream()
                .map(build -> {
                    String value = text.apply(build.job());
                    return value == null ? null : value.replace("\0", "");
                })
                .toArray();
    }

    /** Gives builds the results of earlier ones of the same derivations. */
    private void adopt(List<NewBuild> builds) {
        if (builds.isEmpty()) {
            return;
        }
        Object[] ids = builds.stream().map(NewBuild::id).toArray();
        Object[] sources = builds.stream().map(NewBuild::source).toArray();
        String pairs = "unnest(cast(:ids as uuid[]), cast(:sources as uuid[])) as f(id, source)";
        for (String copy : List.of("""
                update circus.builds b set build_output_path = s.build_output_path, log_path = s.log_path,
                    release_name = s.release_name, signed = s.signed, started_at = :now
                from %s join circus.builds s on s.id = f.source where b.id = f.id
                """, """
                insert into circus.build_outputs (build, name, path)
                select f.id, o.name, o.path from %s join circus.build_outputs o on o.build = f.source
                """, """
                insert into circus.build_products (build_id, name, path, sha256_hash, file_size, content_type, is_directory,
                    gc_root_path, created_at)
                select f.id, p.name, p.path, p.sha256_hash, p.file_size, p.content_type, p.is_directory, p.gc_root_path,
                    p.created_at
                from %s join circus.build_products p on p.build_id = f.source
                """, """
                insert into circus.build_metrics (build_id, metric_name, metric_value, unit, collected_at)
                select f.id, m.metric_name, m.metric_value, m.unit, m.collected_at
                from %s join circus.build_metrics m on m.build_id = f.source
                where m.metric_name <> 'build_duration_seconds'
                """)) {
            handle.createUpdate(copy.formatted(pairs))
                    .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                    .bindArray("ids", UUID.class, ids)
                    .bindArray("sources", UUID.class, sources)
                    .bind("now", now)
                    .execute();
        }
    }

    /** What needs what; what is known is left as it is. */
    void depend(Collection<Dependency> dependencies) {
        if (dependencies.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        insert into circus.build_dependencies (build_id, dependency_build_id)
                        select f.build, f.needed from unnest(cast(:builds as uuid[]), cast(:needed as uuid[])) as f(build, needed)
                        where f.build <> f.needed on conflict do nothing
                        """)
                .bindArray(
                        "builds",
                        UUID.class,
                        dependencies.stream().map(Dependency::build).toArray())
                .bindArray(
                        "needed",
                        UUID.class,
                        dependencies.stream().map(Dependency::needed).toArray())
                .execute();
    }

    /** What could not be evaluated; the last word on each counts. */
    void failures(UUID evaluation, Map<String, String> failures) {
        if (failures.isEmpty()) {
            return;
        }
        List<Map.Entry<String, String>> rows = List.copyOf(failures.entrySet());
        handle.createUpdate("""
                        insert into circus.evaluation_errors (evaluation_id, job_name, message)
                        select :evaluation, f.name, f.message
                        from unnest(cast(:names as text[]), cast(:messages as text[])) as f(name, message)
                        on conflict (evaluation_id, job_name) do update set message = excluded.message
                        """)
                .bind("evaluation", evaluation)
                .bindArray(
                        "names",
                        String.class,
                        rows.stream().map(row -> row.getKey().replace("\0", "")).toArray())
                .bindArray(
                        "messages",
                        String.class,
                        rows.stream()
                                .map(row -> row.getValue().replace("\0", ""))
                                .toArray())
                .execute();
    }

    /** An evaluation is repeated, and these jobs are other ones now, or are none any more. */
    void delete(Collection<UUID> builds) {
        if (!builds.isEmpty()) {
            handle.createUpdate("delete from circus.builds where id = any(:ids)")
                    .bindArray("ids", UUID.class, builds)
                    .execute();
        }
    }

    /** Names the constituents of an aggregate that were only known by their derivations. */
    void constituents(UUID build, List<String> names) {
        handle.createUpdate("update circus.builds set constituents = cast(:names as jsonb) where id = :id")
                .bind("names", Json.write(names))
                .bind("id", build)
                .execute();
    }

    /** An aggregate that can never be complete. */
    void failAggregate(UUID build, String message) {
        handle.createUpdate("""
                        update circus.builds set status = 'failed', error_message = left(:message, 4000), started_at = :now,
                            completed_at = :now
                        where id = :id and status in ('pending', 'running')
                        """)
                .bind("id", build)
                .bind("message", message)
                .bind("now", now)
                .execute();
    }
}
