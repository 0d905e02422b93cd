package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Projects as rows. Thread-safe. */
public final class ProjectStore {
    private final Database database;

    public ProjectStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    public Optional<Project> find(UUID id) {
        return database.read(handle -> handle.createQuery("select * from circus.projects where id = :id")
                .bind("id", id)
                .map((row, context) -> Project.of(row))
                .findOne());
    }

    public Optional<Project> findByName(String name) {
        return database.read(handle -> findByName(handle, name));
    }

    static Optional<Project> findByName(Handle handle, String name) {
        return handle.createQuery("select * from circus.projects where name = :name")
                .bind("name", name)
                .map((row, context) -> Project.of(row))
                .findOne();
    }

    /** A part of all, newest first. */
    public List<Project> list(Window window) {
        return database.read(handle -> handle.createQuery(
                        "select * from circus.projects order by created_at desc, id limit :limit offset :offset")
                .bind("limit", window.limit())
                .bind("offset", window.offset())
                .map((row, context) -> Project.of(row))
                .list());
    }

    public long count() {
        return database.read(handle -> handle.createQuery("select count(*) from circus.projects")
                .mapTo(Long.class)
                .one());
    }

    /** Makes a project; empty if its name is taken. The change names it and its repository. */
    Optional<Project> insert(ProjectChange project) {
        return database.write(handle -> insert(handle, project));
    }

    static Optional<Project> insert(Handle handle, ProjectChange project) {
        return handle.createQuery("""
                        insert into circus.projects (name, repository_url, description)
                        values (:name, :url, :description) on conflict (name) do nothing returning *
                        """)
                .bind("name", project.name())
                .bind("url", project.repositoryUrl())
                .bind("description", project.description())
                .map((row, context) -> Project.of(row))
                .findOne();
    }

    /**
     * Changes a project; empty if it is not there.
     *
     * @throws dev.trivet.http.HttpException 409 if the new name is taken
     */
    Optional<Project> update(UUID id, ProjectChange change) {
        return Duplicates.refused(
                "a project named '" + change.name() + "' exists already; choose another name",
                () -> database.write(handle -> handle.createQuery("""
                                update circus.projects set name = coalesce(:name, name),
                                    repository_url = coalesce(:url, repository_url),
                                    description = coalesce(:description, description), updated_at = now()
                                where id = :id returning *
                                """)
                        .bind("id", id)
                        .bind("name", change.name())
                        .bind("url", change.repositoryUrl())
                        .bind("description", change.description())
                        .map((row, context) -> Project.of(row))
                        .findOne()));
    }

    /**
     * Removes a project and everything below it; false if it is not there.
     *
     * @param with is done in the same transaction, with the project that was there
     */
    boolean delete(UUID id, BiConsumer<Handle, Project> with) {
        return database.write(handle -> {
            Optional<Project> gone = handle.createQuery("delete from circus.projects where id = :id returning *")
                    .bind("id", id)
                    .map((row, context) -> Project.of(row))
                    .findOne();
            gone.ifPresent(project -> with.accept(handle, project));
            return gone.isPresent();
        });
    }
}
