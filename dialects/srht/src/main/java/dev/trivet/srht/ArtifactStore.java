package dev.trivet.srht;

import dev.trivet.blobs.BlobRef;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** The artifacts of this dialect's jobs, as the engine keeps them. Reads only. Thread-safe. */
public final class ArtifactStore {
    private final Database database;

    public ArtifactStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** The artifacts of a job, newest first, from {@code start} (inclusive) or the newest on. */
    public Page<Artifact> page(Job job, OptionalLong start) {
        return database.read(handle -> Page.of(
                handle.createQuery("""
                                select id, created_at, path, name, size, blob from public.artifact
                                where job_id = :job and id <= :start order by id desc limit :limit
                                """)
                        .bind("job", job.engineJob())
                        .bind("start", start.orElse(Long.MAX_VALUE))
                        .bind("limit", Page.SIZE + 1)
                        .map((row, context) -> artifact(row))
                        .list(),
                Page.SIZE,
                handle.createQuery("select count(*) from public.artifact where job_id = :job")
                        .bind("job", job.engineJob())
                        .mapTo(Long.class)
                        .one(),
                Artifact::id));
    }

    /** All artifacts of these jobs, oldest first, by the number of the engine's job. */
    public Map<Long, List<Artifact>> ofJobs(Collection<Job> jobs) {
        Map<Long, List<Artifact>> artifacts = new HashMap<>();
        database.<Void, RuntimeException>read(handle -> {
            handle.createQuery("""
                            select job_id, id, created_at, path, name, size, blob from public.artifact
                            where job_id = any(:jobs) order by id
                            """)
                    .bindArray(
                            "jobs",
                            Long.class,
                            jobs.stream().map(Job::engineJob).toList())
                    .map((row, context) -> Map.entry(row.getLong("job_id"), artifact(row)))
                    .forEach(entry -> artifacts
                            .computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                            .add(entry.getValue()));
            return null;
        });
        return artifacts;
    }

    /** The artifact at an address: all four parts must fit. */
    public Optional<Artifact> at(String ownerName, long jobId, String artifactKey, String name) {
        return database.read(handle -> handle.createQuery("""
                        select a.id, a.created_at, a.path, a.name, a.size, a.blob
                        from public.artifact a join srht.job j on j.engine_job = a.job_id
                        where j.id = :job and j.owner = :owner and j.artifact_key = :key and a.name = :name
                        order by a.id desc limit 1
                        """)
                .bind("job", jobId)
                .bind("owner", ownerName)
                .bind("key", artifactKey)
                .bind("name", name)
                .map((row, context) -> artifact(row))
                .findOne());
    }

    private static Artifact artifact(ResultSet row) throws SQLException {
        return new Artifact(
                row.getLong("id"),
                row.getTimestamp("created_at").toInstant(),
                row.getString("path"),
                row.getString("name"),
                new BlobRef(row.getString("blob"), row.getLong("size")));
    }
}
