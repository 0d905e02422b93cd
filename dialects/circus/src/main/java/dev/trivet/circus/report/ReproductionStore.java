package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.Database;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What builds were made of. Thread-safe. */
final class ReproductionStore {
    private final Database database;

    ReproductionStore(Database database) {
        this.database = requireNonNull(database, "database is null");
    }

    /**
     * A build.
     *
     * @param expression file, or attribute of the flake
     * @param pullRequest whether its commit may be in no branch
     */
    record Built(
            UUID id,
            String jobName,
            String drvPath,
            @Nullable String system,
            String commit,
            boolean pullRequest,
            String repositoryUrl,
            boolean flake,
            String expression,
            List<Input> inputs) {}

    /** An input as the evaluator gives it. */
    record Input(String name, String type, String value) {}

    Optional<Built> find(UUID id) {
        return database.read(handle -> {
            List<Input> inputs = handle.createQuery("""
                            select i.name, i.input_type, i.value, i.revision from circus.builds b
                            join circus.evaluations e on e.id = b.evaluation_id
                            join circus.jobset_inputs i on i.jobset_id = e.jobset_id
                            where b.id = :id order by i.name
                            """)
                    .bind("id", id)
                    .map((row, context) -> new Input(
                            row.getString("name"),
                            row.getString("input_type"),
                            value(row.getString("input_type"), row.getString("value"), row.getString("revision"))))
                    .list();
            return handle.createQuery("""
                            select b.id, b.job_name, b.drv_path, b.system, e.commit_hash, e.pr_number is not null as pr,
                                p.repository_url, j.flake_mode, j.nix_expression
                            from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                            join circus.jobsets j on j.id = e.jobset_id join circus.projects p on p.id = j.project_id
                            where b.id = :id
                            """)
                    .bind("id", id)
                    .map((row, context) -> new Built(
                            row.getObject("id", UUID.class),
                            row.getString("job_name"),
                            row.getString("drv_path"),
                            row.getString("system"),
                            row.getString("commit_hash"),
                            row.getBoolean("pr"),
                            row.getString("repository_url"),
                            row.getBoolean("flake_mode"),
                            row.getString("nix_expression"),
                            inputs))
                    .findOne();
        });
    }

    /** An input of type git is what stands in its value, at its revision. */
    private static String value(String type, String value, @Nullable String revision) {
        boolean pinned = type.equals("git") && revision != null && !revision.isEmpty();
        return pinned && !value.contains("rev=")
                ? value + (value.contains("?") ? "&" : "?") + "rev=" + revision
                : value;
    }
}
