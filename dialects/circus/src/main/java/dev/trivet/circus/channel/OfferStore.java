package dev.trivet.circus.channel;

import dev.trivet.core.json.Json;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** What has been built of an evaluation, as rows. Thread-safe. */
final class OfferStore {
    private static final TypeReference<Map<String, String>> OUTPUTS = new TypeReference<>() {};
    /** Builds that have something to show. */
    private static final String BUILT = """
            b.status = 'succeeded' and (b.build_output_path is not null
                or exists (select 1 from circus.build_outputs o where o.build = b.id and o.path is not null))
            """;

    private final Database database;

    OfferStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /**
     * A build that has something to show.
     *
     * @param system null if it does not say
     */
    record Built(UUID id, String job, @Nullable String system) {}

    /** Those of an evaluation that have succeeded and have outputs. */
    List<Built> built(UUID evaluation) {
        return database.read(handle -> handle.createQuery(
                        "select b.id, b.job_name, b.system from circus.builds b where b.evaluation_id = :evaluation and "
                                + BUILT)
                .bind("evaluation", evaluation)
                .map((row, context) ->
                        new Built(row.getObject("id", UUID.class), row.getString("job_name"), row.getString("system")))
                .list());
    }

    /** What these offer, by their ids; without those that are gone meanwhile. */
    Map<UUID, Offer> packages(Collection<UUID> builds) {
        Map<UUID, Offer> packages = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                        select b.id, b.drv_path, b.system, b.release_name, b.build_output_path, b.meta_description, b.meta_license,
                            b.meta_homepage, b.meta_maintainers,
                            (select cast(jsonb_object_agg(o.name, o.path) as text) from circus.build_outputs o
                             where o.build = b.id and o.path is not null) as outputs
                        from circus.builds b where b.id = any(:ids)
                        """)
                        .bindArray("ids", UUID.class, builds)
                        .map((row, context) -> new Found(row.getObject("id", UUID.class), of(row)))
                        .list())
                .forEach(found -> {
                    if (found.offered != null) {
                        packages.put(found.build, found.offered);
                    }
                });
        return packages;
    }

    private record Found(UUID build, @Nullable Offer offered) {}

    /** Null if it was restarted meanwhile and has nothing to show any more. */
    private static @Nullable Offer of(ResultSet row) throws SQLException {
        SortedMap<String, String> outputs = outputs(row);
        if (outputs.isEmpty()) {
            return null;
        }
        SortedMap<String, String> meta = new TreeMap<>();
        for (String name : List.of("description", "homepage", "license", "maintainers")) {
            String value = row.getString("meta_" + name);
            if (value != null && !value.isEmpty()) {
                meta.put(name, value);
            }
        }
        return new Offer(
                Offer.name(row.getString("release_name"), row.getString("drv_path")),
                row.getString("system"),
                meta,
                outputs);
    }

    private static SortedMap<String, String> outputs(ResultSet row) throws SQLException {
        String named = row.getString("outputs");
        SortedMap<String, String> outputs = new TreeMap<>();
        if (named != null) {
            outputs.putAll(Json.MAPPER.readValue(named, OUTPUTS));
        }
        String only = row.getString("build_output_path");
        if (outputs.isEmpty() && only != null) {
            outputs.put("out", only);
        }
        return outputs;
    }

    /** Every path of what has been built, also of products, once each and in their order. */
    void storePaths(UUID evaluation, Consumer<String> to) {
        boolean _ = database.read(handle -> {
            handle.createQuery("""
                            select distinct regexp_replace(path, '(/[0-9a-df-np-sv-z]{32}-[^/]+)/.*$', '\\1') collate "C" as path from (
                                select coalesce(o.path, b.build_output_path) as path from circus.builds b
                                left join circus.build_outputs o on o.build = b.id
                                where b.evaluation_id = :evaluation and b.status = 'succeeded'
                                union all
                                select p.path from circus.builds b join circus.build_products p on p.build_id = b.id
                                where b.evaluation_id = :evaluation and b.status = 'succeeded') all_paths
                            where path is not null order by 1
                            """)
                    .bind("evaluation", evaluation)
                    .setFetchSize(1000)
                    .mapTo(String.class)
                    .useStream(paths -> paths.forEach(to));
            return true;
        });
    }
}
