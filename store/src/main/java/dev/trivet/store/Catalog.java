package dev.trivet.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What PostgreSQL's catalogue says about the schemas of our sets. */
final class Catalog {

    private final Connection connection;
    private final String[] schemas;

    Catalog(Connection connection, List<MigrationSet> sets) {
        this.connection = connection;
        this.schemas = sets.stream().map(MigrationSet::schema).toArray(String[]::new);
    }

    /** The newest migration of each set, in the sets' order; sets without tables are left out. */
    List<BackupManifest.Schema> versions() throws SQLException {
        List<BackupManifest.Schema> versions = new ArrayList<>();
        for (String schema : schemas) {
            String history = Sql.name(schema) + "." + SchemaHistory.TABLE;
            if (Sql.one(connection, "SELECT to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), history)) {
                versions.addAll(Sql.list(
                        connection,
                        "SELECT version FROM " + history
                                + " WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1",
                        row -> new BackupManifest.Schema(schema, row.getString(1))));
            }
        }
        return versions;
    }

    /** Every table but Flyway's, referenced ones before those that refer to them. Partitions are part of their table. */
    List<BackupManifest.Table> tables() throws SQLException {
        Map<Long, BackupManifest.Table> tables = new HashMap<>();
        List<Long> order = Sql.list(
                connection,
                """
                SELECT c.oid, n.nspname, c.relname, array(
                    SELECT a.attname::text FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                    ORDER BY a.attnum)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ANY (?) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ?
                ORDER BY array_position(?, n.nspname::text), c.relname""",
                row -> {
                    List<String> columns = List.of((String[]) row.getArray(4).getArray());
                    tables.put(row.getLong(1), new BackupManifest.Table(row.getString(2), row.getString(3), columns));
                    return row.getLong(1);
                },
                schemas,
                SchemaHistory.TABLE,
                schemas);
        Map<Long, List<Long>> references = references();
        Set<Long> sorted = new LinkedHashSet<>();
        Set<Long> seen = new LinkedHashSet<>();
        order.forEach(table -> visit(table, references, seen, sorted));
        return sorted.stream()
                .filter(tables::containsKey)
                .map(oid -> java.util.Objects.requireNonNull(tables.get(oid)))
                .toList();
    }

    private Map<Long, List<Long>> references() throws SQLException {
        Map<Long, List<Long>> references = new HashMap<>();
        Sql.list(
                        connection,
                        "SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid",
                        row -> new long[] {row.getLong(1), row.getLong(2)})
                .forEach(pair -> references
                        .computeIfAbsent(pair[0], _ -> new ArrayList<>())
                        .add(pair[1]));
        return references;
    }

    private static void visit(long table, Map<Long, List<Long>> references, Set<Long> seen, Set<Long> sorted) {
        if (seen.add(table)) {
            references.getOrDefault(table, List.of()).forEach(other -> visit(other, references, seen, sorted));
            sorted.add(table);
        }
    }

    List<BackupManifest.Sequence> sequences() throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT schemaname, sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
                FROM pg_sequences WHERE schemaname = ANY (?) ORDER BY 1, 2""",
                row -> new BackupManifest.Sequence(
                        row.getString(1), row.getString(2), row.getLong(3), row.getBoolean(4)),
                (Object) schemas);
    }
}
