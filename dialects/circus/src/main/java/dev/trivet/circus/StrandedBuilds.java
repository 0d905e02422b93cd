package dev.trivet.circus;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.engine.Engine;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import dev.trivet.store.RunnerRow;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Builds that no runner has the system for, and that were handed to the engine when no other machine could be asked either: one was
 * registered or enabled since, or its pause is over (spec section 5.3). They are handed over anew. Used by one thread.
 */
final class StrandedBuilds {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 1000;

    private final Database database;
    private final Engine engine;
    private final RunStore runs;
    private final BuilderStore builders;
    private Instant lastLook = Instant.EPOCH;

    StrandedBuilds(Database database, Engine engine, RunStore runs) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.builders = new BuilderStore(database);
    }

    /** Takes back what can be built now; answers how long it may be until the next look. */
    Duration look(Instant now) {
        if (now.isBefore(lastLook.plus(BETWEEN_LOOKS))) {
            return BETWEEN_LOOKS;
        }
        lastLook = now;
        List<RemoteBuilder> usable = builders.usable(now);
        Set<String> systems = new HashSet<>();
        usable.forEach(builder -> systems.addAll(builder.systems()));
        for (RunnerRow runner : runs.runners()) {
            if (!runner.gone() && runner.provides().contains(NixSpec.REQUIREMENT)) {
                systems.removeAll(runner.provides());
            }
        }
        if (!systems.isEmpty()) {
            var lines = new BuilderLines(usable);
            List<Long> jobs = database.write(handle -> takeBack(handle, systems, lines));
            jobs.forEach(engine::cancelJob);
        }
        return BETWEEN_LOOKS;
    }

    private static List<Long> takeBack(Handle handle, Set<String> systems, BuilderLines lines) {
        List<UUID> stranded = handle.createQuery("""
                        select b.id, b.system, b.required_features from circus.builds b
                        join circus.evaluations e on e.id = b.evaluation_id
                        join job j on j.id = b.job_id join job_spec s on s.job_id = j.id
                        where b.status = 'pending' and b.system = any(:systems) and e.status not in ('pending', 'running')
                          and j.state in ('ready', 'waiting')
                          and jsonb_array_length(coalesce(s.spec -> 'nix' -> 'builders', '[]')) = 0
                        limit :most
                        """)
                .bindArray("systems", String.class, systems)
                .bind("most", MOST_AT_ONCE)
                .map((row, context) -> lines.of(row.getString("system"), Columns.texts(row, "required_features"))
                                .isEmpty()
                        ? new UUID(0, 0)
                        : Columns.uuid(row, "id"))
                .list();
        // What needs them is in the same runs, and would be skipped there.
        return handle.createQuery("""
                        with recursive below(id) as (
                            select b.id from circus.builds b where b.id = any(:ids)
                            union
                            select d.build_id from below join circus.build_dependencies d on d.dependency_build_id = below.id
                            join circus.builds b on b.id = d.build_id and b.status = 'pending' and not b.is_aggregate)
                        update circus.builds b set job_id = null from circus.builds old
                        where b.id in (select id from below) and old.id = b.id and b.status = 'pending' and b.job_id is not null
                        returning old.job_id
                        """)
                .bindArray("ids", UUID.class, stranded)
                .mapTo(Long.class)
                .list();
    }
}
