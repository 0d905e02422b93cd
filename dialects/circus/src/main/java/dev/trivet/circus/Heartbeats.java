package dev.trivet.circus;

import dev.trivet.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/** When the parts of the server that work by themselves were last at it; all servers of one database share these rows. Thread-safe. */
public final class Heartbeats {
    private final Database database;
    private final InstantSource clock;
    private final String version;

    /** @param version of this program */
    public Heartbeats(Database database, InstantSource clock, String version) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.version = Objects.requireNonNull(version, "version is null");
    }

    /**
     * A sign of life.
     *
     * @param at the last that was heard
     * @param pollInterval how often one is expected
     */
    public record Beat(String service, Instant at, Duration pollInterval) {}

    /**
     * Notes that this service is at work now.
     *
     * @param pollInterval how often it beats at least; counted in whole seconds, at least one
     * @throws dev.trivet.store.DatabaseUnavailableException while there is no database
     */
    public void beat(String service, Duration pollInterval) {
        database.write(handle -> handle.createUpdate("""
                        insert into circus.service_heartbeats
                            (service, last_heartbeat_at, poll_interval_seconds, version)
                        values (:service, :now, :seconds, :version)
                        on conflict (service) do update set
                            last_heartbeat_at = excluded.last_heartbeat_at,
                            poll_interval_seconds = excluded.poll_interval_seconds, version = excluded.version
                        """)
                .bind("service", service)
                .bind("now", clock.instant())
                .bind("seconds", Math.clamp(pollInterval.toSeconds(), 1, Integer.MAX_VALUE))
                .bind("version", version)
                .execute());
    }

    /** The last beat of each service, by name. */
    public List<Beat> all() {
        return database.read(handle -> handle.createQuery("""
                        select service, last_heartbeat_at, poll_interval_seconds from circus.service_heartbeats
                        order by service
                        """)
                .map((row, context) -> new Beat(
                        row.getString("service"),
                        Columns.instant(row, "last_heartbeat_at"),
                        Duration.ofSeconds(row.getInt("poll_interval_seconds"))))
                .list());
    }
}
