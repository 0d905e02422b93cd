package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What the engine must know of runners that are reached over a network: whose identity is whose, what a session may touch, and what each
 * last said of its machine. All of it is rows, so a session goes on over a restart of the server. Thread-safe.
 */
public final class RemoteRunners {
    private static final String REPORTS = """
            select r.name, r.mandatory, r.slots, r.state = 'alive' and r.beat_at > :alive as connected, p.*
            from runner_report p join runner r on r.id = p.runner_id order by r.name, r.id limit 10000
            """;

    private final Database database;
    private final InstantSource clock;
    private final Duration leaseTimeout;
    private final SeenLeases leases;

    /** @param engine says when leases end */
    public RemoteRunners(Engine engine, Database database, InstantSource clock, Duration leaseTimeout) {
        this.database = requireNonNull(database, "database is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.leaseTimeout = requireNonNull(leaseTimeout, "leaseTimeout is null");
        this.leases = new SeenLeases(clock);
        engine.onEnd(leases::over);
    }

    /**
     * Whether a credential may speak for an identity: nobody has it yet, or this credential itself.
     *
     * @return false for the identity of an embedded runner, or of another credential's
     */
    public boolean mayBe(UUID runner, long tokenId) {
        return database.read(handle -> handle.createQuery("""
                        select not exists (select from runner where id = :id)
                            or exists (select from runner_report where runner_id = :id and token_id = :token)
                        """)
                .bind("id", runner)
                .bind("token", tokenId)
                .mapTo(Boolean.class)
                .one());
    }

    /** Writes down whose the identity is and on which machine; false if another credential was first. */
    public boolean introduced(UUID runner, long tokenId, RunnerHost host) {
        return database.write(handle -> handle.createUpdate("""
                                insert into runner_report (runner_id, token_id, host, protocol, systems, features, cpus,
                                    speed_factor, created_at, seen_at)
                                values (:id, :token, :host, :protocol, :systems, :features, :cpus, :speed, :now, :now)
                                on conflict (runner_id) do update set host = excluded.host, protocol = excluded.protocol,
                                    systems = excluded.systems, features = excluded.features, cpus = excluded.cpus,
                                    speed_factor = excluded.speed_factor, seen_at = excluded.seen_at
                                where runner_report.token_id = excluded.token_id
                                """)
                        .bind("id", runner)
                        .bind("token", tokenId)
                        .bind("host", host.host())
                        .bind("protocol", host.protocol())
                        .bindArray("systems", String.class, host.systems())
                        .bindArray("features", String.class, host.features())
                        .bind("cpus", host.cpus())
                        .bind("speed", host.speedFactor())
                        .bind("now", clock.instant())
                        .execute()
                == 1);
    }

    /** The session of this generation, also after a restart of the server; empty if it is not the newest or not this credential's. */
    public Optional<RunnerSession> session(UUID runner, long generation, long tokenId) {
        return database.read(handle -> handle.createQuery("""
                        select r.* from runner r join runner_report p on p.runner_id = r.id
                        where r.id = :id and r.generation = :generation and p.token_id = :token
                        """)
                .bind("id", runner)
                .bind("generation", generation)
                .bind("token", tokenId)
                .map((row, context) -> new RunnerSession(
                        new RunnerInfo(
                                runner,
                                row.getString("name"),
                                texts(row, "provides"),
                                texts(row, "mandatory"),
                                row.getInt("slots")),
                        generation))
                .findOne());
    }

    /**
     * Whether the caller's session is the newest of its runner and has the lease of this attempt, and the attempt's job has this step. Asks the
     * database once a second for an attempt that says much.
     */
    public boolean holds(LeaseCaller caller, AttemptRef ref, int step) {
        return leases.steps(caller, ref, () -> steps(caller, ref)).contains(step);
    }

    private Optional<Set<Integer>> steps(LeaseCaller caller, AttemptRef ref) {
        return database.read(handle -> handle.createQuery("""
                        select array(select number from step where job_id = l.job_id) as steps from lease l
                        join runner r on r.id = l.runner_id and r.generation = l.generation
                        join runner_report p on p.runner_id = r.id and p.token_id = :token
                        where l.job_id = :job and l.attempt = :attempt and l.runner_id = :runner
                          and l.generation = :generation
                        """)
                .bind("token", caller.tokenId())
                .bind("job", ref.jobId())
                .bind("attempt", ref.attempt())
                .bind("runner", caller.runner())
                .bind("generation", caller.generation())
                .map((row, context) -> Set.of((Integer[]) row.getArray("steps").getArray()))
                .findOne());
    }

    /** What the job of this attempt executes, if this session has its lease. */
    public Optional<JobSpec> leased(RunnerSession session, AttemptRef ref) {
        return database.read(handle -> handle.createQuery("""
                        select s.spec from lease l join job_spec s on s.job_id = l.job_id
                        where l.job_id = :job and l.attempt = :attempt and l.runner_id = :runner
                          and l.generation = :generation
                        """)
                .bind("job", ref.jobId())
                .bind("attempt", ref.attempt())
                .bind("runner", session.runner().id())
                .bind("generation", session.generation())
                .map((row, context) -> Json.read(row.getString("spec"), JobSpec.class))
                .findOne());
    }

    /** Whether a job that this session has a lease of needs this blob. */
    public boolean needs(RunnerSession session, String sha256) {
        return database
                .read(handle -> handle.createQuery("""
                        select s.spec from lease l join job_spec s on s.job_id = l.job_id
                        where l.runner_id = :runner and l.generation = :generation
                        """)
                        .bind("runner", session.runner().id())
                        .bind("generation", session.generation())
                        .map((row, context) -> Json.read(row.getString("spec"), JobSpec.class))
                        .list())
                .stream()
                .flatMap(spec -> spec.archives().stream())
                .anyMatch(archive -> archive.blob().equals(sha256));
    }

    /** Writes down what came with a beat. */
    public void reported(RunnerSession session, HostLoad load) {
        database.write(handle -> handle.createUpdate("""
                        update runner_report set load1 = :load1, load5 = :load5, load15 = :load15,
                            memory_total = :memoryTotal, memory_used = :memoryUsed, disk_free = :diskFree,
                            pressure_cpu = :pressureCpu, pressure_memory = :pressureMemory, pressure_io = :pressureIo,
                            current_jobs = :jobs, seen_at = :now where runner_id = :id
                        """)
                .bindMethods(load)
                .bind("now", clock.instant())
                .bind("id", session.runner().id())
                .execute());
    }

    /** Counts the end of an attempt that was accepted. */
    public void ended(RunnerSession session, JobEvent event) {
        if (event == JobEvent.CANCEL) {
            return;
        }
        boolean passed = event == JobEvent.PASS;
        database.write(handle -> handle.createUpdate(passed ? """
                        update runner_report set succeeded = succeeded + 1, consecutive_failures = 0 where runner_id = :id
                        """ : """
                        update runner_report set failed = failed + 1, consecutive_failures = consecutive_failures + 1
                        where runner_id = :id
                        """)
                .bind("id", session.runner().id())
                .execute());
    }

    /** Every remote runner that was ever here, by name. */
    public List<RunnerReport> reports() {
        return database.read(this::reports);
    }

    private List<RunnerReport> reports(Handle handle) {
        return handle.createQuery(REPORTS)
                .bind("alive", clock.instant().minus(leaseTimeout))
                .map((row, context) -> report(row))
                .list();
    }

    private static RunnerReport report(ResultSet row) throws SQLException {
        return new RunnerReport(
                requireNonNull(row.getObject("runner_id", UUID.class), "runner_id is null"),
                row.getString("name"),
                texts(row, "mandatory"),
                row.getInt("slots"),
                new RunnerHost(
                        row.getString("host"),
                        row.getInt("protocol"),
                        texts(row, "systems"),
                        texts(row, "features"),
                        row.getInt("cpus"),
                        row.getDouble("speed_factor")),
                new HostLoad(
                        row.getDouble("load1"),
                        row.getDouble("load5"),
                        row.getDouble("load15"),
                        row.getLong("memory_total"),
                        row.getLong("memory_used"),
                        row.getLong("disk_free"),
                        pressure(row, "pressure_cpu"),
                        pressure(row, "pressure_memory"),
                        pressure(row, "pressure_io"),
                        row.getInt("current_jobs")),
                row.getBoolean("connected"),
                row.getLong("succeeded"),
                row.getLong("failed"),
                row.getInt("consecutive_failures"),
                instant(row, "created_at"),
                instant(row, "seen_at"));
    }

    private static @Nullable Double pressure(ResultSet row, String column) throws SQLException {
        return row.getObject(column, Double.class);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Set<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.stream((String[]) row.getArray(column).getArray()).collect(Collectors.toUnmodifiableSet());
    }
}
