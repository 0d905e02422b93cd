package dev.trivet.circus.cache;

import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Which builds' results are still to be put into caches: the table {@code publications}. A row comes in the transaction in which its build
 * succeeds. Thread-safe.
 */
final class PublicationStore {
    private final Database database;
    private final UUID self;

    /** @param self this server; after a restart the same */
    PublicationStore(Database database, UUID self) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.self = Objects.requireNonNull(self, "self is null");
    }

    /**
     * What is to be done for a build.
     *
     * @param cached whether it is in our own cache already
     * @param attempts with this one
     * @param dueAt tells whether the build was built again meanwhile
     */
    record Task(UUID build, boolean cached, int attempts, Instant dueAt) {}

    /** Takes the next tasks of builds in this store; nobody else takes them until then. */
    List<Task> claim(String store, Instant now, Instant until, int most) {
        return database.write(handle -> handle.createQuery("""
                        with due as (
                            select p.build_id from circus.publications p
                            join circus.builds b on b.id = p.build_id join circus.evaluations e on e.id = b.evaluation_id
                            where not p.given_up and p.due_at <= :now and (p.held_until is null or p.held_until < :now)
                              and e.store = :store
                            order by p.due_at limit :most for update of p skip locked)
                        update circus.publications p set holder = :self, held_until = :until, attempts = attempts + 1
                        from due where p.build_id = due.build_id
                        returning p.build_id, p.cached, p.attempts, p.due_at
                        """)
                .bind("store", store)
                .bind("now", now)
                .bind("until", until)
                .bind("self", self)
                .bind("most", most)
                .map((row, context) -> task(row))
                .list());
    }

    /** What this server held when it died is nobody's now. */
    void release() {
        database.write(handle -> handle.createUpdate(
                        "update circus.publications set holder = null, held_until = null where holder = :self")
                .bind("self", self)
                .execute());
    }

    /** Goes on to hold these. */
    void hold(Collection<UUID> builds, Instant until) {
        database.write(handle -> handle.createUpdate("""
                        update circus.publications set held_until = :until where build_id = any(:builds) and holder = :self
                        """)
                .bind("until", until)
                .bindArray("builds", UUID.class, builds)
                .bind("self", self)
                .execute());
    }

    /** The paths that came out of a build; none if it is not a success any more. */
    List<String> outputs(UUID build) {
        return database.read(handle ->
                handle.createQuery("""
                        select o.path from circus.build_outputs o join circus.builds b on b.id = o.build
                        where o.build = :build and b.status = 'succeeded' and o.path is not null order by o.path
                        """).bind("build", build).mapTo(String.class).list());
    }

    /** The build is in our own cache, and signed. */
    void cached(Task task, boolean signed) {
        database.write(handle -> {
            handle.createUpdate(
                            "update circus.publications set cached = true where build_id = :build and due_at = :due")
                    .bind("build", task.build)
                    .bind("due", task.dueAt)
                    .execute();
            return handle.createUpdate(
                            "update circus.builds set signed = :signed where id = :build and status = 'succeeded'")
                    .bind("signed", signed)
                    .bind("build", task.build)
                    .execute();
        });
    }

    /** Nothing is left to be done, unless the build was built again meanwhile. */
    void done(Task task) {
        database.write(handle -> {
            int gone = handle.createUpdate("""
                            delete from circus.publications where build_id = :build and due_at = :due and not given_up
                            """)
                    .bind("build", task.build)
                    .bind("due", task.dueAt)
                    .execute();
            return gone > 0 ? gone : free(handle, task);
        });
    }

    private int free(org.jdbi.v3.core.Handle handle, Task task) {
        return handle.createUpdate("""
                        update circus.publications set holder = null, held_until = null
                        where build_id = :build and holder = :self
                        """)
                .bind("build", task.build)
                .bind("self", self)
                .execute();
    }

    /** It is tried again then. */
    void failed(Task task, String reason, Instant again) {
        database.write(handle -> handle.createUpdate("""
                        update circus.publications set holder = null, held_until = null, last_error = left(:reason, 4000),
                            due_at = case when due_at = :due then :again else due_at end
                        where build_id = :build and holder = :self
                        """)
                .bind("reason", reason.replace("\0", ""))
                .bind("due", task.dueAt)
                .bind("again", again)
                .bind("build", task.build)
                .bind("self", self)
                .execute());
    }

    /** It is not tried again before the build is built again. */
    void givenUp(Task task, String reason) {
        database.write(handle -> handle.createUpdate("""
                        update circus.publications set holder = null, held_until = null, given_up = due_at = :due,
                            last_error = left(:reason, 4000)
                        where build_id = :build and holder = :self
                        """)
                .bind("reason", reason.replace("\0", ""))
                .bind("due", task.dueAt)
                .bind("build", task.build)
                .bind("self", self)
                .execute());
    }

    /** A build whose results cannot be copied to where they have to be has failed. */
    void failBuild(Task task, String reason) {
        database.write(handle -> handle.createUpdate("""
                        update circus.builds set status = 'failed', error_message = left(:reason, 4000)
                        where id = :build and status = 'succeeded'
                        """)
                .bind("reason", reason.replace("\0", ""))
                .bind("build", task.build)
                .execute());
    }

    /** Nobody wants anything published. */
    void dropAll() {
        database.write(
                handle -> handle.createUpdate("delete from circus.publications").execute());
    }

    /** Forgets what nobody did for so long: its runner is gone, or it could not be done. */
    void dropOlder(Instant before) {
        database.write(handle -> handle.createUpdate(
                        "delete from circus.publications where due_at < :before and (held_until is null or held_until < now())")
                .bind("before", before)
                .execute());
    }

    private static Task task(ResultSet row) throws SQLException {
        return new Task(
                Objects.requireNonNull(row.getObject("build_id", UUID.class), "build_id is null"),
                row.getBoolean("cached"),
                row.getInt("attempts"),
                NarInfoStore.instant(row, "due_at"));
    }
}
