package dev.trivet.engine;

import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Requirements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The lanes of the queue, remembered: one per tenant and set of requirements. Rows are never changed, so what is remembered stays
 * true. Thread-safe.
 */
final class Lanes {
    private final Map<Key, Long> ids = new ConcurrentHashMap<>();
    private final Map<Long, Lane> lanes = new ConcurrentHashMap<>();

    /** A lane. */
    record Lane(long id, String tenant, Requirements requirements) {}

    /** The lane of each job, in their order; missing ones are made. */
    List<Long> idsFor(Handle handle, String tenant, List<PlannedJob> jobs) {
        var answer = new ArrayList<Long>(jobs.size());
        Map<Requirements, Long> made = new HashMap<>();
        for (PlannedJob job : jobs) {
            var key = new Key(tenant, job.requirements());
            Long known = ids.get(key);
            answer.add(known != null ? known : made.computeIfAbsent(job.requirements(), words -> make(handle, key)));
        }
        return answer;
    }

    /** A lane by its id, read from the database when it is new to this server; lanes that are not committed are left out. */
    List<Lane> byId(Handle handle, Set<Long> wanted) {
        List<Long> unknown =
                wanted.stream().filter(id -> !lanes.containsKey(id)).toList();
        if (!unknown.isEmpty()) {
            handle.createQuery("select id, tenant, requirements from lane where id = any(:ids)")
                    .bindArray("ids", Long.class, unknown)
                    .map((row, context) -> lane(row.getLong("id"), row.getString("tenant"), (String[])
                            row.getArray("requirements").getArray()))
                    .forEach(this::remember);
        }
        return wanted.stream().filter(lanes::containsKey).map(lanes::get).toList();
    }

    private long make(Handle handle, Key key) {
        String[] words = key.requirements.sorted();
        handle.createUpdate("""
                        insert into lane (tenant, requirements) values (:tenant, cast(:words as text[])) on conflict do nothing
                        """).bind("tenant", key.tenant).bind("words", words).execute();
        // Not remembered: the transaction may still roll back. The first claim from it remembers it.
        return handle.createQuery(
                        "select id from lane where tenant = :tenant and requirements = cast(:words as text[])")
                .bind("tenant", key.tenant)
                .bind("words", words)
                .mapTo(Long.class)
                .one();
    }

    private void remember(Lane lane) {
        lanes.put(lane.id, lane);
        ids.put(new Key(lane.tenant, lane.requirements), lane.id);
    }

    private static Lane lane(long id, String tenant, String[] words) {
        return new Lane(id, tenant, new Requirements(Set.of(words)));
    }

    private record Key(String tenant, Requirements requirements) {}
}
