package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Inputs of jobsets as rows. Thread-safe. */
public final class InputStore {
    private final Database database;

    public InputStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** Those of a jobset, by name. */
    public List<JobsetInput> list(UUID jobsetId) {
        return database.read(handle -> handle.createQuery(
                        "select * from circus.jobset_inputs where jobset_id = :jobset order by name")
                .bind("jobset", jobsetId)
                .map((row, context) -> JobsetInput.of(row))
                .list());
    }

    /** Makes an input; empty if its name is taken or the jobset is not there. */
    Optional<JobsetInput> insert(UUID jobsetId, NewInput input) {
        return database.write(handle -> insert(handle, jobsetId, input));
    }

    static Optional<JobsetInput> insert(Handle handle, UUID jobsetId, NewInput input) {
        return handle.createQuery("""
                        insert into circus.jobset_inputs (jobset_id, name, input_type, value, revision)
                        select j.id, :name, :type, :value, :revision from circus.jobsets j where j.id = :jobset
                        for key share on conflict (jobset_id, name) do nothing returning *
                        """)
                .bind("jobset", jobsetId)
                .bind("name", input.name())
                .bind("type", input.inputType())
                .bind("value", input.value())
                .bind("revision", input.revision())
                .map((row, context) -> JobsetInput.of(row))
                .findOne();
    }

    /** Removes an input; false if it is not there or another jobset's. */
    boolean delete(UUID jobsetId, UUID id) {
        return database.write(
                handle -> handle.createUpdate("delete from circus.jobset_inputs where id = :id and jobset_id = :jobset")
                                .bind("id", id)
                                .bind("jobset", jobsetId)
                                .execute()
                        > 0);
    }

    /** What a new input is made of. */
    record NewInput(
            String name,
            String inputType,
            String value,
            @Nullable String revision) {}
}
