package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Jobsets as rows. Thread-safe. */
public final class JobsetStore {
    private final Database database;

    public JobsetStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    public Optional<Jobset> find(UUID id) {
        return database.read(handle -> handle.createQuery("select * from circus.jobsets where id = :id")
                .bind("id", id)
                .map((row, context) -> Jobset.of(row))
                .findOne());
    }

    /** The jobset of that id, if it is this project's. */
    public Optional<Jobset> find(UUID projectId, UUID id) {
        return find(id).filter(jobset -> jobset.projectId().equals(projectId));
    }

    public Optional<Jobset> findByName(UUID projectId, String name) {
        return database.read(handle -> findByName(handle, projectId, name));
    }

    static Optional<Jobset> findByName(Handle handle, UUID projectId, String name) {
        return handle.createQuery("select * from circus.jobsets where project_id = :project and name = :name")
                .bind("project", projectId)
                .bind("name", name)
                .map((row, context) -> Jobset.of(row))
                .findOne();
    }

    /** A part of a project's, newest first. */
    public List<Jobset> list(UUID projectId, Window window) {
        return database.read(handle -> handle.createQuery("""
                        select * from circus.jobsets where project_id = :project
                        order by created_at desc, id limit :limit offset :offset
                        """)
                .bind("project", projectId)
                .bind("limit", window.limit())
                .bind("offset", window.offset())
                .map((row, context) -> Jobset.of(row))
                .list());
    }

    public long count(UUID projectId) {
        return database.read(
                handle -> handle.createQuery("select count(*) from circus.jobsets where project_id = :project")
                        .bind("project", projectId)
                        .mapTo(Long.class)
                        .one());
    }

    /** All that are evaluated, those first that were looked at longest ago. */
    public List<ActiveJobset> active() {
        return database.read(handle -> handle.createQuery(
                        "select * from circus.active_jobsets order by last_checked_at nulls first, id")
                .map((row, context) -> new ActiveJobset(
                        Jobset.of(row), row.getString("project_name"), row.getString("repository_url")))
                .list());
    }

    /** Those of a project that are evaluated, by name. */
    public List<Jobset> active(UUID projectId) {
        return database.read(handle -> handle.createQuery(
                        "select * from circus.active_jobsets where project_id = :project order by name")
                .bind("project", projectId)
                .map((row, context) -> Jobset.of(row))
                .list());
    }

    /** Makes a jobset; empty if its name is taken or the project is not there. The change names it and its expression. */
    Optional<Jobset> insert(UUID projectId, JobsetChange jobset) {
        return database.write(handle -> insert(handle, projectId, jobset));
    }

    static Optional<Jobset> insert(Handle handle, UUID projectId, JobsetChange jobset) {
        return bound(handle.createQuery("""
                        insert into circus.jobsets (project_id, name, nix_expression, enabled, flake_mode, check_interval,
                            branch, scheduling_shares, state, keep_nr)
                        select p.id, :name, :expression, coalesce(cast(:enabled as boolean), true),
                            coalesce(cast(:flake as boolean), true), coalesce(cast(:interval as int), 60), :branch,
                            coalesce(cast(:shares as int), 100), coalesce(:state, 'enabled'),
                            coalesce(cast(:keep as int), 3)
                        from circus.projects p where p.id = :project for key share
                        on conflict (project_id, name) do nothing returning *
                        """), jobset)
                .bind("project", projectId)
                .map((row, context) -> Jobset.of(row))
                .findOne();
    }

    /**
     * Changes a jobset; empty if it is not there or another project's.
     *
     * @throws dev.trivet.http.HttpException 409 if the new name is taken
     */
    Optional<Jobset> update(UUID projectId, UUID id, JobsetChange change) {
        return Duplicates.refused(
                "a jobset named '" + change.name() + "' exists already in this project; choose another name",
                () -> database.write(handle -> update(handle, projectId, id, change)));
    }

    static Optional<Jobset> update(Handle handle, UUID projectId, UUID id, JobsetChange change) {
        return bound(handle.createQuery("""
                        update circus.jobsets set name = coalesce(:name, name),
                            nix_expression = coalesce(:expression, nix_expression),
                            enabled = coalesce(cast(:enabled as boolean), enabled),
                            flake_mode = coalesce(cast(:flake as boolean), flake_mode),
                            check_interval = coalesce(cast(:interval as int), check_interval),
                            branch = coalesce(:branch, branch),
                            scheduling_shares = coalesce(cast(:shares as int), scheduling_shares),
                            state = coalesce(:state, state), keep_nr = coalesce(cast(:keep as int), keep_nr),
                            updated_at = now()
                        where id = :id and project_id = :project returning *
                        """), change)
                .bind("id", id)
                .bind("project", projectId)
                .map((row, context) -> Jobset.of(row))
                .findOne();
    }

    private static <S extends SqlStatement<S>> S bound(S statement, JobsetChange change) {
        JobsetState state = change.state();
        return statement
                .bind("name", change.name())
                .bind("expression", change.nixExpression())
                .bind("enabled", change.decidesEnabled())
                .bind("flake", change.flakeMode())
                .bind("interval", change.checkInterval())
                .bind("branch", change.branch())
                .bind("shares", change.schedulingShares())
                .bind("state", state == null ? null : state.wireName())
                .bind("keep", change.keepNr());
    }

    /** Removes a jobset and everything below it; false if it is not there or another project's. */
    boolean delete(UUID projectId, UUID id) {
        return database.write(
                handle -> handle.createUpdate("delete from circus.jobsets where id = :id and project_id = :project")
                                .bind("id", id)
                                .bind("project", projectId)
                                .execute()
                        > 0);
    }
}
