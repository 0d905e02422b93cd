package dev.trivet.srht;

import dev.trivet.core.json.Json;
import dev.trivet.srht.manifest.Trigger;
import dev.trivet.store.Database;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Job groups and their members (spec sections 1 and 3.2). Thread-safe. */
public final class GroupStore {
    private final Database database;

    public GroupStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /**
     * Makes a group of jobs that all are the owner's, {@code pending} and in no group yet; otherwise nothing changes.
     *
     * @throws GroupRefusedException naming the first job that cannot be in it
     */
    public JobGroup create(
            Owner owner, List<Integer> jobIds, @Nullable String note, List<Trigger> triggers, Instant now)
            throws GroupRefusedException {
        Set<Integer> wanted = new TreeSet<>(jobIds);
        return database.<JobGroup, GroupRefusedException>write(handle -> {
            check(owner, wanted, lockedMembers(handle, wanted));
            int id = insert(handle, owner, note, triggers, now);
            handle.createUpdate("update srht.job set group_id = :group where id = any(:ids)")
                    .bind("group", id)
                    .bindArray("ids", Integer.class, wanted)
                    .execute();
            return new JobGroup(id, owner, note, now);
        });
    }

    private static List<Job> lockedMembers(Handle handle, Set<Integer> ids) {
        return JobStore.select(
                handle,
                " where j.id = any(:ids) order by j.id for update of j",
                Map.of("ids", ids.toArray(Integer[]::new)));
    }

    private static void check(Owner owner, Set<Integer> wanted, List<Job> found) throws GroupRefusedException {
        Set<Integer> missing = new HashSet<>(wanted);
        for (Job job : found) {
            if (job.owner().id() == owner.id()) {
                missing.remove(job.id());
            }
        }
        if (!missing.isEmpty()) {
            throw new GroupRefusedException("job " + new TreeSet<>(missing).first() + " is not one of your jobs");
        }
        for (Job job : found) {
            if (job.groupId() != null) {
                throw new GroupRefusedException("job " + job.id() + " is in a group already");
            }
            if (job.status() != JobStatus.PENDING) {
                throw new GroupRefusedException("job " + job.id() + " is "
                        + job.status().wireName() + ", but only pending jobs can be grouped");
            }
        }
    }

    private static int insert(Handle handle, Owner owner, @Nullable String note, List<Trigger> triggers, Instant now) {
        return handle.createQuery("""
                        insert into srht.job_group (owner_id, owner, note, triggers, created)
                        values (:ownerId, :owner, :note, cast(:triggers as jsonb), :now) returning id
                        """)
                .bind("ownerId", owner.id())
                .bind("owner", owner.name())
                .bind("note", note)
                .bind("triggers", Json.write(TriggerRow.of(triggers)))
                .bind("now", now)
                .mapTo(Integer.class)
                .one();
    }

    /** The group of this number. */
    public Optional<JobGroup> find(long id) {
        return groups(List.of(Math.toIntExact(id))).stream().findFirst();
    }

    /** The groups of these numbers. */
    public List<JobGroup> groups(Collection<Integer> ids) {
        return database.read(handle -> handle.createQuery(
                        "select id, owner_id, owner, note, created from srht.job_group where id = any(:ids)")
                .bindArray("ids", Integer.class, ids)
                .map((row, context) -> new JobGroup(
                        row.getInt("id"),
                        new Owner(row.getLong("owner_id"), row.getString("owner")),
                        row.getString("note"),
                        row.getTimestamp("created").toInstant()))
                .list());
    }

    /** What happens when all jobs of these groups have ended, by group. */
    public Map<Integer, List<Trigger>> triggers(Collection<Integer> ids) {
        Map<Integer, List<Trigger>> triggers = new HashMap<>();
        database.<Void, RuntimeException>read(handle -> {
            handle.createQuery("select id, triggers from srht.job_group where id = any(:ids)")
                    .bindArray("ids", Integer.class, ids)
                    .map((row, context) -> Map.entry(row.getInt("id"), row.getString("triggers")))
                    .forEach(entry -> triggers.put(entry.getKey(), TriggerRow.read(entry.getValue())));
            return null;
        });
        return triggers;
    }

    /** The jobs of these groups, oldest first. */
    public List<Job> members(Collection<Integer> ids) {
        return database.read(handle -> JobStore.select(
                handle,
                " where j.group_id = any(:groups) order by j.id",
                Map.of("groups", ids.toArray(Integer[]::new))));
    }

    /** Its jobs, oldest first. */
    public List<Job> members(JobGroup group) {
        return members(List.of(group.id()));
    }
}
