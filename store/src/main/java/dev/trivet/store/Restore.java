package dev.trivet.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** One restoring of an archive made by {@link Backup}. */
final class Restore {

    private static final int BUFFER = 1 << 16;
    private static final int MOST_JSON_BYTES = 64 << 20;
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final List<MigrationSet> sets;
    private final DatabaseConfig config;
    private final JsonMapper json;

    Restore(List<MigrationSet> sets, DatabaseConfig config, JsonMapper json) {
        this.sets = sets;
        this.config = config;
        this.json = json;
    }

    long from(InputStream in) throws IOException {
        ZipInputStream zip = new ZipInputStream(in);
        try (Connection connection = Connections.open(config)) {
            BackupManifest manifest = manifest(zip);
            Sql.execute(connection, "SELECT pg_advisory_lock(" + Migrations.LOCK + ")");
            refuseRows(connection);
            toRecordedVersions(connection, manifest);
            long rows = load(connection, manifest, zip);
            Sql.execute(connection, "SELECT pg_advisory_unlock(" + Migrations.LOCK + ")");
            new Migrations(sets).migrate(config);
            Sql.execute(connection, "ANALYZE");
            return rows;
        } catch (SQLException e) {
            throw new BackupException("The restore failed, no row was kept: " + e.getMessage(), e);
        } catch (ZipException | EOFException e) {
            throw new BackupException("The archive is damaged, no row was kept: " + e.getMessage(), e);
        }
    }

    private BackupManifest manifest(ZipInputStream zip) throws IOException {
        BackupManifest manifest = readJson(zip, Backup.MANIFEST, BackupManifest.class);
        if (manifest.format() != BackupManifest.FORMAT) {
            throw new BackupException("The archive has format " + manifest.format() + ", this program reads "
                    + BackupManifest.FORMAT + "; use the Trivet that made it, or a newer one");
        }
        return manifest;
    }

    private void refuseRows(Connection connection) throws SQLException {
        for (BackupManifest.Table table : new Catalog(connection, sets).tables()) {
            if (Sql.one(
                    connection,
                    "SELECT EXISTS (SELECT FROM " + table.qualifiedName() + ")",
                    row -> row.getBoolean(1))) {
                throw new BackupException("The database " + config + " is not empty: " + table.schema() + "."
                        + table.name() + " has rows. Restore into a new, empty database");
            }
        }
    }

    /** Rows fit the tables they came from; what newer migrations do to rows they do afterwards. */
    private void toRecordedVersions(Connection connection, BackupManifest manifest) throws SQLException {
        for (BackupManifest.Schema present : new Catalog(connection, sets).versions()) {
            boolean other = manifest.schemas().stream()
                    .anyMatch(schema -> schema.name().equals(present.name()) && !schema.equals(present));
            if (other) {
                throw new BackupException("The tables of schema " + present.name() + " are there already, at version "
                        + present.version() + ", and the archive is of another version (" + manifest.schemas()
                        + "). Restore into a new database that has no tables yet");
            }
        }
        for (BackupManifest.Schema schema : manifest.schemas()) {
            new SchemaHistory(config, set(schema.name())).migrateTo(schema.version());
        }
        List<BackupManifest.Schema> reached = new Catalog(connection, sets).versions();
        if (!reached.containsAll(manifest.schemas())) {
            throw new BackupException("The archive is of a newer Trivet (" + manifest.schemas()
                    + ") than this one, which knows " + reached + "; use that one");
        }
    }

    private MigrationSet set(String schema) {
        return sets.stream()
                .filter(one -> one.schema().equals(schema))
                .findFirst()
                .orElseThrow(() -> new BackupException("The archive holds the schema " + schema
                        + ", which this program does not know; use the Trivet that made it, or a newer one"));
    }

    private long load(Connection connection, BackupManifest manifest, ZipInputStream zip)
            throws SQLException, IOException {
        connection.setAutoCommit(false);
        try {
            suspendTriggers(connection);
            if (!manifest.tables().isEmpty()) {
                // Rows that migrations themselves inserted are in the archive too.
                Sql.execute(
                        connection,
                        "TRUNCATE "
                                + String.join(
                                        ", ",
                                        manifest.tables().stream()
                                                .map(BackupManifest.Table::qualifiedName)
                                                .toList()));
            }
            List<Long> rows = copyIn(connection, manifest, zip);
            BackupManifest.End end = readJson(zip, Backup.END, BackupManifest.End.class);
            if (!end.rows().equals(rows)) {
                throw new BackupException("The archive is damaged, no row was kept: it should hold " + end.rows()
                        + " rows per table and holds " + rows);
            }
            for (BackupManifest.Sequence sequence : manifest.sequences()) {
                var _ = Sql.one(
                        connection,
                        "SELECT setval(?::regclass, ?, ?)",
                        row -> row.getLong(1),
                        sequence.qualifiedName(),
                        sequence.last(),
                        sequence.called());
            }
            connection.commit();
            return rows.stream().mapToLong(Long::longValue).sum();
        } catch (SQLException | IOException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /**
     * Foreign keys and triggers need not run on rows that passed them before. Only a superuser may say so; for another the order of the
     * tables and deferred constraints do.
     */
    private static void suspendTriggers(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            Sql.execute(connection, "SET LOCAL session_replication_role = replica");
        } catch (SQLException e) {
            if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            Sql.execute(connection, "SET CONSTRAINTS ALL DEFERRED");
        }
    }

    private static List<Long> copyIn(Connection connection, BackupManifest manifest, ZipInputStream zip)
            throws SQLException, IOException {
        CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
        List<Long> rows = new ArrayList<>();
        for (BackupManifest.Table table : manifest.tables()) {
            expect(zip, table.entry());
            rows.add(copies.copyIn(
                    "COPY " + table.qualifiedName() + " (" + table.columnList() + ") FROM STDIN", zip, BUFFER));
        }
        return rows;
    }

    private <T> T readJson(ZipInputStream zip, String name, Class<T> type) throws IOException {
        expect(zip, name);
        try {
            return json.readValue(zip.readNBytes(MOST_JSON_BYTES), type);
        } catch (JacksonException e) {
            throw new BackupException("The archive's " + name + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static void expect(ZipInputStream zip, String name) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null || !entry.getName().equals(name)) {
            throw new BackupException("This is no whole backup of Trivet, no row was kept: instead of " + name
                    + " there is " + (entry == null ? "the end" : entry.getName()));
        }
    }
}
