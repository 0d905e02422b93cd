package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Copies all rows of the database into one archive and back, between any two PostgreSQL versions, embedded or external.
 *
 * <p>The archive is a zip file: {@code manifest.json} (the version of each schema, tables with their columns, sequences), one entry per table in the
 * text format of {@code COPY}, and {@code end.json} with the row counts. It is one consistent snapshot, taken while the server works.
 *
 * <p>Blobs and logs are files, not rows, and not in here: the command {@code trivet db backup} packs their directories beside this archive. It must do so
 * <em>after</em> it, with the blobs' garbage collection paused: then every file that a row of the snapshot names is still there.
 *
 * <p>Immutable and thread-safe.
 */
public final class Backup {

    static final String MANIFEST = "manifest.json";
    static final String END = "end.json";

    private static final int BUFFER = 1 << 16;

    private final List<MigrationSet> sets;
    private final InstantSource clock;
    private final JsonMapper json = JsonMapper.builder().build();

    /** @param sets all sets of this program, as for {@link Migrations} */
    public Backup(List<MigrationSet> sets, InstantSource clock) {
        this.sets = List.copyOf(requireNonNull(sets, "sets is null"));
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Writes the archive; the stream is flushed and left open.
     *
     * @return how many rows it holds
     * @throws BackupException when the database has no Trivet tables, or a statement fails
     * @throws IOException when the stream fails
     */
    public long backup(Database database, OutputStream out) throws IOException {
        requireNonNull(database, "database is null");
        requireNonNull(out, "out is null");
        try (Connection connection = Connections.open(database.config())) {
            // A migration must not change the tables between the first and the last of them.
            Sql.execute(connection, "SELECT pg_advisory_lock_shared(" + Migrations.LOCK + ")");
            connection.setAutoCommit(false);
            Sql.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            BackupManifest manifest = manifest(connection);
            ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(new KeptOpen(out), BUFFER));
            zip.setLevel(Deflater.BEST_SPEED);
            writeJson(zip, MANIFEST, manifest);
            List<Long> rows = copyOut(connection, manifest, zip);
            writeJson(zip, END, new BackupManifest.End(rows));
            zip.close();
            return rows.stream().mapToLong(Long::longValue).sum();
        } catch (SQLException e) {
            throw new BackupException("The backup failed: " + e.getMessage(), e);
        }
    }

    /**
     * Fills an empty database from an archive: brings its tables to the recorded version, loads the rows in one transaction, then
     * migrates on to this program's version.
     *
     * @return how many rows were loaded
     * @throws BackupException when the database holds rows already, the archive is damaged or of a newer Trivet, or a statement fails
     * @throws IOException when the stream fails
     */
    public long restore(InputStream in, Database database) throws IOException {
        requireNonNull(in, "in is null");
        requireNonNull(database, "database is null");
        return new Restore(sets, database.config(), json).from(in);
    }

    private BackupManifest manifest(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection, sets);
        List<BackupManifest.Schema> versions = catalog.versions();
        if (versions.isEmpty()) {
            throw new BackupException("This database holds no tables of Trivet; is it the right one?");
        }
        return new BackupManifest(
                BackupManifest.FORMAT,
                clock.instant(),
                connection.getMetaData().getDatabaseProductVersion(),
                versions,
                catalog.tables(),
                catalog.sequences());
    }

    private static List<Long> copyOut(Connection connection, BackupManifest manifest, ZipOutputStream zip)
            throws SQLException, IOException {
        CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
        List<Long> rows = new ArrayList<>();
        for (BackupManifest.Table table : manifest.tables()) {
            zip.putNextEntry(new ZipEntry(table.entry()));
            // COPY hands over row by row; the deflater likes larger pieces.
            OutputStream pieces = new BufferedOutputStream(new KeptOpen(zip), BUFFER);
            rows.add(copies.copyOut(
                    "COPY (SELECT " + table.columnList() + " FROM " + table.qualifiedName() + ") TO STDOUT", pieces));
            pieces.flush();
            zip.closeEntry();
        }
        return rows;
    }

    private void writeJson(ZipOutputStream zip, String name, Object value) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(json.writeValueAsBytes(value));
        zip.closeEntry();
    }

    /** Passes everything on but the closing, and arrays whole. */
    private static final class KeptOpen extends FilterOutputStream {
        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
