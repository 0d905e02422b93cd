package dev.trivet.notify;

import dev.trivet.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** Which destinations are to be left alone, or do not answer. Thread-safe. */
final class DestinationStore {
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Database database;
    private final InstantSource clock;

    DestinationStore(Database database, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Nobody can make us wait for longer than an hour. */
    static Duration bounded(Duration pause) {
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /**
     * Notes what one says of itself.
     *
     * @param rest how long it is to be left alone; zero if it does not ask for that
     * @param silent whether it did not answer at all
     */
    void rest(String destination, Duration rest, boolean silent) {
        Instant until = rest.isPositive() ? clock.instant().plus(bounded(rest)) : null;
        database.write(handle -> {
            if (until == null && !silent) {
                return handle.createUpdate(
                                "update notify.destination set failures = 0 where name = :name and failures > 0")
                        .bind("name", destination)
                        .execute();
            }
            return handle.createUpdate("""
                            insert into notify.destination as d (name, failures, held_until) values (:name, :failures, :until)
                            on conflict (name) do update set
                                failures = case when :failures = 0 then 0 else least(d.failures + 1, 1000) end,
                                held_until = greatest(d.held_until, excluded.held_until)
                            """)
                    .bind("name", destination)
                    .bind("failures", silent ? 1 : 0)
                    .bind("until", until)
                    .execute();
        });
    }
}
