package dev.trivet.circus;

import dev.trivet.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Builders over SSH as rows. Thread-safe. */
public final class BuilderStore {
    private static final int MOST_FAILURES = 4;

    private final Database database;

    public BuilderStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** All, the fastest first. */
    public List<RemoteBuilder> list() {
        return database.read(
                handle -> handle.createQuery("select * from circus.remote_builders order by speed_factor desc, name")
                        .map((row, context) -> RemoteBuilder.of(row))
                        .list());
    }

    /** Those that can be asked now, the fastest first. */
    List<RemoteBuilder> usable(Instant now) {
        return list().stream()
                .filter(builder -> builder.enabled()
                        && (builder.disabledUntil() == null
                                || !builder.disabledUntil().isAfter(now)))
                .toList();
    }

    /**
     * Notes how a machine did: one that was not reached is not asked for a while, longer each time (spec section 5.3).
     *
     * @param pause how long, in seconds, after so many failures in a row
     */
    static void failed(Handle handle, UUID id, Instant at, IntToLongFunction pause) {
        int failures = handle.createQuery("""
                        update circus.remote_builders set consecutive_failures = least(consecutive_failures + 1, :most), last_failure = :at
                        where id = :id returning consecutive_failures
                        """)
                .bind("id", id)
                .bind("at", at)
                .bind("most", MOST_FAILURES)
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
        if (failures > 0) {
            handle.createUpdate("update circus.remote_builders set disabled_until = :until where id = :id")
                    .bind("id", id)
                    .bind("until", at.plusSeconds(pause.applyAsLong(failures)))
                    .execute();
        }
    }

    /** It has built something. */
    static void succeeded(Handle handle, UUID id) {
        handle.createUpdate("""
                        update circus.remote_builders set consecutive_failures = 0, disabled_until = null, last_failure = null
                        where id = :id and (consecutive_failures > 0 or disabled_until is not null)
                        """).bind("id", id).execute();
    }

    public Optional<RemoteBuilder> find(UUID id) {
        return database.read(handle -> handle.createQuery("select * from circus.remote_builders where id = :id")
                .bind("id", id)
                .map((row, context) -> RemoteBuilder.of(row))
                .findOne());
    }

    /**
     * Makes a builder; empty if its name is taken.
     *
     * @param with is done in the same transaction, if there was something to do; the same in the other methods
     */
    Optional<RemoteBuilder> insert(BuilderChange builder, BiConsumer<Handle, RemoteBuilder> with) {
        return database.write(handle -> {
            Optional<RemoteBuilder> made = insert(handle, builder);
            made.ifPresent(row -> with.accept(handle, row));
            return made;
        });
    }

    static Optional<RemoteBuilder> insert(Handle handle, BuilderChange builder) {
        return bound(handle.createQuery("""
                        insert into circus.remote_builders (name, ssh_uri, systems, max_jobs, speed_factor,
                            supported_features, mandatory_features, enabled, public_host_key, ssh_key_file)
                        values (:name, :uri, cast(:systems as text[]), coalesce(cast(:jobs as int), 1),
                            coalesce(cast(:speed as int), 1), coalesce(cast(:supported as text[]), '{}'),
                            coalesce(cast(:mandatory as text[]), '{}'), coalesce(cast(:enabled as boolean), true),
                            :host_key, :key_file)
                        on conflict (name) do nothing returning *
                        """), builder)
                .map((row, context) -> RemoteBuilder.of(row))
                .findOne();
    }

    /**
     * Changes a builder; empty if it is not there.
     *
     * @throws dev.trivet.http.HttpException 409 if the new name is taken
     */
    Optional<RemoteBuilder> update(UUID id, BuilderChange change, BiConsumer<Handle, RemoteBuilder> with) {
        return Duplicates.refused(
                "a builder named '" + change.name() + "' exists already; choose another name",
                () -> database.write(handle -> {
                    Optional<RemoteBuilder> changed = update(handle, id, change);
                    changed.ifPresent(row -> with.accept(handle, row));
                    return changed;
                }));
    }

    static Optional<RemoteBuilder> update(Handle handle, UUID id, BuilderChange change) {
        return bound(handle.createQuery("""
                        update circus.remote_builders set name = coalesce(:name, name), ssh_uri = coalesce(:uri, ssh_uri),
                            systems = coalesce(cast(:systems as text[]), systems),
                            max_jobs = coalesce(cast(:jobs as int), max_jobs),
                            speed_factor = coalesce(cast(:speed as int), speed_factor),
                            supported_features = coalesce(cast(:supported as text[]), supported_features),
                            mandatory_features = coalesce(cast(:mandatory as text[]), mandatory_features),
                            enabled = coalesce(cast(:enabled as boolean), enabled),
                            public_host_key = coalesce(:host_key, public_host_key),
                            ssh_key_file = coalesce(:key_file, ssh_key_file)
                        where id = :id returning *
                        """), change)
                .bind("id", id)
                .map((row, context) -> RemoteBuilder.of(row))
                .findOne();
    }

    private static <S extends SqlStatement<S>> S bound(S statement, BuilderChange change) {
        return statement
                .bind("name", change.name())
                .bind("uri", change.sshUri())
                .bind("systems", array(change.systems()))
                .bind("jobs", change.maxJobs())
                .bind("speed", change.speedFactor())
                .bind("supported", array(change.supportedFeatures()))
                .bind("mandatory", array(change.mandatoryFeatures()))
                .bind("enabled", change.enabled())
                .bind("host_key", change.publicHostKey())
                .bind("key_file", change.sshKeyFile());
    }

    private static String @Nullable [] array(@Nullable List<String> texts) {
        return texts == null ? null : texts.toArray(String[]::new);
    }

    /** Removes a builder; its builds forget it. False if it is not there. */
    boolean delete(UUID id, BiConsumer<Handle, RemoteBuilder> with) {
        return database.write(handle -> {
            Optional<RemoteBuilder> gone = handle.createQuery(
                            "delete from circus.remote_builders where id = :id returning *")
                    .bind("id", id)
                    .map((row, context) -> RemoteBuilder.of(row))
                    .findOne();
            gone.ifPresent(row -> with.accept(handle, row));
            return gone.isPresent();
        });
    }
}
