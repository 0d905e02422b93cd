package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.engine.Ledger.MovedJob;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Where jobs run that build in the files of another one: snapshots stay with the runner that made them, so these jobs go into a lane that only
 * that runner claims from. Where there is no other one there is nothing to decide. Inside the caller's transaction.
 */
final class Placement {
    private final Handle handle;

    Placement(Handle handle) {
        this.handle = requireNonNull(handle, "handle is null");
    }

    /** The same jobs, in their lanes. */
    List<MovedJob> near(Collection<MovedJob> jobs) {
        List<Long> based =
                jobs.stream().filter(MovedJob::based).map(MovedJob::id).toList();
        if (based.isEmpty()) {
            return List.copyOf(jobs);
        }
        Map<Long, Long> lanes = new HashMap<>();
        // A lane that another transaction is just making is not seen here: then the job stays in its own, and a runner
        // that has not
        // got the files gives it back.
        handle.createQuery("""
                        with near as (
                            select j.id, l.tenant, array(
                                select distinct w collate "C" from unnest(l.requirements || ('runner:' || base.snapshot_runner)) as w
                                order by 1) as words
                            from job j join job base on base.id = j.builds_in join lane l on l.id = j.lane_id
                            where j.id = any(:ids) and base.snapshot_runner is not null
                                and not ('runner:' || base.snapshot_runner) = any(l.requirements)
                                and exists (
                                    select from runner where state = 'alive' and id <> base.snapshot_runner)),
                        made as (
                            insert into lane (tenant, requirements) select distinct tenant, words from near
                            on conflict do nothing returning id, tenant, requirements),
                        placed as (
                            select near.id, coalesce(made.id, lane.id) as lane from near
                            left join made on made.tenant = near.tenant and made.requirements = near.words
                            left join lane on lane.tenant = near.tenant and lane.requirements = near.words)
                        update job set lane_id = placed.lane from placed where job.id = placed.id and placed.lane is not null
                        returning job.id, job.lane_id
                        """)
                .bindArray("ids", Long.class, based)
                .map((row, context) -> Map.entry(row.getLong("id"), row.getLong("lane_id")))
                .forEach(placed -> lanes.put(placed.getKey(), placed.getValue()));
        return jobs.stream()
                .map(job -> job.inLane(lanes.getOrDefault(job.id(), job.laneId())))
                .toList();
    }
}
