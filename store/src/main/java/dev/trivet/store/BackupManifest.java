package dev.trivet.store;

import java.time.Instant;
import java.util.List;

/**
 * First entry of a backup, {@code manifest.json}: what the rest holds. {@code end.json} is the last, so that a cut-off archive is noticed.
 *
 * @param format version of the archive's own shape
 * @param created when the snapshot was taken
 * @param server version of the PostgreSQL it comes from, for people
 * @param schemas each set's version
 * @param tables in an order in which referenced tables come first
 * @param sequences their positions
 */
record BackupManifest(
        int format,
        Instant created,
        String server,
        List<Schema> schemas,
        List<Table> tables,
        List<Sequence> sequences) {

    /** The only one there is so far. */
    static final int FORMAT = 1;

    /** A set's schema and the newest migration applied to it. */
    record Schema(String name, String version) {}

    /** A table and its columns in the order of the copied data. */
    record Table(String schema, String name, List<String> columns) {

        String qualifiedName() {
            return Sql.name(schema) + "." + Sql.name(name);
        }

        String columnList() {
            return String.join(", ", columns.stream().map(Sql::name).toList());
        }

        /** Name of the entry that holds its rows, in PostgreSQL's text format of COPY. */
        String entry() {
            return "tables/" + schema + "." + name + ".copy";
        }
    }

    /** A sequence's last value, and whether that one has been given out. */
    record Sequence(String schema, String name, long last, boolean called) {

        String qualifiedName() {
            return Sql.name(schema) + "." + Sql.name(name);
        }
    }

    /** Content of {@code end.json}: the rows of each table, in the manifest's order. */
    record End(List<Long> rows) {}
}
