package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What is different between the jobs of two evaluations (spec section 2.5). Thread-safe. */
final class Comparison {
    private static final String SIDES = """
            from (select * from circus.builds where evaluation_id = :from) a
            full join (select * from circus.builds where evaluation_id = :to) b on b.job_name = a.job_name
            """;

    private final Database database;

    Comparison(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** As JSON shows it; each list by name. */
    Map<String, @Nullable Object> of(UUID from, UUID to) {
        return database.read(handle -> {
            Map<String, @Nullable Object> comparison = new LinkedHashMap<>();
            comparison.put("from_id", from);
            comparison.put("to_id", to);
            comparison.put(
                    "new_jobs",
                    rows(
                            handle,
                            "select b.job_name, b.system, b.drv_path, b.status " + SIDES + " where a.id is null",
                            from,
                            to));
            comparison.put(
                    "removed_jobs",
                    rows(
                            handle,
                            "select a.job_name, a.system, a.drv_path, a.status " + SIDES + " where b.id is null",
                            from,
                            to));
            comparison.put("changed_jobs", rows(handle, """
                            select b.job_name, b.system, a.drv_path as old_drv, b.drv_path as new_drv, a.status as old_status,
                                b.status as new_status
                            """ + SIDES + " where a.drv_path <> b.drv_path", from, to));
            comparison.put(
                    "unchanged_count",
                    handle.createQuery("select count(*) " + SIDES + " where a.drv_path = b.drv_path")
                            .bind("from", from)
                            .bind("to", to)
                            .mapTo(Long.class)
                            .one());
            return comparison;
        });
    }

    private static List<Map<String, @Nullable Object>> rows(Handle handle, String query, UUID from, UUID to) {
        return handle.createQuery(query + " order by job_name")
                .bind("from", from)
                .bind("to", to)
                .map(JsonRows.MAPPER)
                .list();
    }
}
