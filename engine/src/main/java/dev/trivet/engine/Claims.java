package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.engine.Lanes.Lane;
import dev.trivet.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Hands ready jobs to runners: one statement a claim, in the order of fair shares, whose cost depends on the number of lanes with
 * work and never on how much work or history there is. Thread-safe.
 */
final class Claims {
    static final String CLAIM = """
            with alive as (
                select id, generation from runner where id = :runner and generation = :generation and state = 'alive'),
            heads as (
                select l.id, l.rank, h.priority, h.job_id
                from unnest(cast(:lanes as bigint[]), cast(:ranks as int[])) as l(id, rank)
                cross join lateral (
                    select priority, job_id from queue where lane_id = l.id order by priority desc, job_id limit 1) h),
            picked as materialized (
                select q.job_id, q.lane_id
                from (select id from heads order by rank, priority desc, job_id) h
                cross join lateral (
                    select job_id, lane_id from queue where lane_id = h.id
                    order by priority desc, job_id limit :quota for update skip locked) q
                where exists (select from alive)
                limit :most),
            taken as (
                delete from queue using picked where queue.job_id = picked.job_id returning queue.job_id),
            leased as (
                update job set state = 'leased', attempt = attempt + 1 from taken
                where job.id = taken.job_id and job.state = 'ready'
                returning job.id, job.run_id, job.attempt, job.name, job.lane_id, job.freezes, job.builds_in),
            leases as (
                insert into lease (job_id, attempt, runner_id, generation, leased_at)
                select leased.id, leased.attempt, alive.id, alive.generation, :now from leased, alive),
            attempts as (
                insert into attempt (job_id, number, runner_id, leased_at, state)
                select leased.id, leased.attempt, :runner, :now, 'leased' from leased)
            select leased.*, s.spec, s.soft_fail, base.snapshot as base, base.snapshot_runner as base_runner
            from leased join job_spec s on s.job_id = leased.id left join job base on base.id = leased.builds_in
            """;

    private final Database database;
    private final Clock clock;
    private final Lanes lanes;
    private final Backlog backlog;
    private final FairShares shares;
    private volatile boolean lettingGo;

    Claims(Database database, Clock clock, Lanes lanes, Backlog backlog, FairShares shares) {
        this.database = requireNonNull(database, "database is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.lanes = requireNonNull(lanes, "lanes is null");
        this.backlog = requireNonNull(backlog, "backlog is null");
        this.shares = requireNonNull(shares, "shares is null");
    }

    /**
     * Up to {@code most} leases; waits for the first one until {@code longest} has passed.
     *
     * @return empty when nothing came, or when the session is not alive
     */
    List<Lease> claim(RunnerSession session, int most, Duration longest) throws InterruptedException {
        Instant end = clock.instant().plus(longest);
        while (true) {
            Backlog.Snapshot seen = backlog.look();
            List<Lease> leases = seen.lanes().isEmpty() ? List.of() : claim(session, most, seen);
            Duration left = Duration.between(clock.instant(), end);
            if (!leases.isEmpty() || left.isNegative() || left.isZero() || lettingGo) {
                return leases;
            }
            backlog.await(seen.version(), left);
        }
    }

    /** From now on nobody waits. */
    void letGo() {
        lettingGo = true;
        backlog.nudge();
    }

    private List<Lease> claim(RunnerSession session, int most, Backlog.Snapshot seen) {
        return database.write(handle -> {
            List<Lane> candidates = new ArrayList<>(lanes.byId(handle, seen.lanes()).stream()
                    .filter(lane -> lane.requirements()
                            .matchedBy(
                                    session.runner().offers(), session.runner().mandatory()))
                    .toList());
            var leases = new ArrayList<Lease>();
            var empty = new HashSet<Long>();
            while (leases.size() < most && !candidates.isEmpty()) {
                int tenants =
                        (int) candidates.stream().map(Lane::tenant).distinct().count();
                int wanted = most - leases.size();
                int quota = Math.max(1, wanted / tenants);
                Map<Long, Integer> taken = take(handle, session, candidates, quota, wanted, leases);
                boolean full = leases.size() >= most;
                for (Lane lane : List.copyOf(candidates)) {
                    if (!full && taken.getOrDefault(lane.id(), 0) < quota) {
                        candidates.remove(lane);
                        empty.add(lane.id());
                    }
                }
            }
            backlog.drained(empty, seen.version());
            return leases;
        });
    }

    private Map<Long, Integer> take(
            Handle handle, RunnerSession session, List<Lane> candidates, int quota, int most, List<Lease> leases) {
        Map<Long, Lane> byId = new HashMap<>();
        candidates.forEach(lane -> byId.put(lane.id(), lane));
        Set<String> order = new LinkedHashSet<>(
                shares.order(candidates.stream().map(Lane::tenant).toList()));
        Map<String, Integer> rank = new HashMap<>();
        order.forEach(tenant -> rank.put(tenant, rank.size()));
        Map<Long, Integer> taken = new HashMap<>();
        handle.createQuery(CLAIM)
                .bind("runner", session.runner().id())
                .bind("generation", session.generation())
                .bind("now", clock.instant())
                .bindArray(
                        "lanes", Long.class, candidates.stream().map(Lane::id).toList())
                .bindArray(
                        "ranks",
                        Integer.class,
                        candidates.stream().map(lane -> rank.get(lane.tenant())).toArray())
                .bind("quota", quota)
                .bind("most", most)
                .map((row, context) -> {
                    Lane lane = requireNonNull(byId.get(row.getLong("lane_id")), "a job of a lane nobody asked for");
                    taken.merge(lane.id(), 1, Integer::sum);
                    return new Lease(
                            new AttemptRef(row.getLong("id"), row.getInt("attempt")),
                            row.getLong("run_id"),
                            lane.tenant(),
                            row.getString("name"),
                            Json.read(row.getString("spec"), JobSpec.class),
                            row.getBoolean("freezes"),
                            Json.read(row.getString("soft_fail"), SoftFail.class),
                            row.getString("base"),
                            row.getObject("base_runner", UUID.class));
                })
                .forEach(leases::add);
        taken.forEach((laneId, jobs) ->
                shares.given(requireNonNull(byId.get(laneId), "an unknown lane").tenant(), jobs));
        return taken;
    }

    /** What the database itself says of lanes with work and of tenants' shares: the periodic look. */
    void refresh() {
        database.read(handle -> {
            backlog.filled(handle.createQuery("""
                            with recursive lanes(id) as (
                                (select lane_id from queue order by lane_id limit 1)
                                union all
                                select (select lane_id from queue where lane_id > lanes.id order by lane_id limit 1)
                                from lanes where lanes.id is not null)
                            select id from lanes where id is not null
                            """).mapTo(Long.class).list());
            Map<String, Integer> known = new HashMap<>();
            handle.createQuery("select name, shares from tenant")
                    .map((row, context) -> Map.entry(row.getString("name"), row.getInt("shares")))
                    .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
            shares.shares(known);
            return known.size();
        });
    }
}
