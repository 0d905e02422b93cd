package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings a database to the version of this program. Each set has its own schema and its own history; they are applied in the order given. When
 * all are up to date, that costs one query.
 *
 * <p>Several servers may start at once: one migrates, the others wait for it. An instance is immutable and thread-safe.
 */
public final class Migrations {

    /** Key of the advisory lock that keeps migrations, backups and restores apart; it spells "trivet". */
    static final long LOCK = 0x747269766574L;

    /** No such table, no such schema: a database that has never seen Trivet. */
    private static final Set<String> UNDEFINED = Set.of("42P01", "3F000");

    private final List<MigrationSet> sets;

    /** @param sets in the order in which they are applied; each schema once */
    public Migrations(List<MigrationSet> sets) {
        this.sets = List.copyOf(requireNonNull(sets, "sets is null"));
        Set<String> schemas = new HashSet<>();
        for (MigrationSet set : this.sets) {
            if (!schemas.add(set.schema())) {
                throw new IllegalArgumentException("Two migration sets want the schema " + set.schema());
            }
        }
    }

    public List<MigrationSet> sets() {
        return sets;
    }

    /**
     * Applies what is missing. The pool serves for the look whether anything is; the work has connections of its own.
     *
     * @throws MigrationException when a migration fails, was changed after it had been applied, or the database is newer than this program
     * @throws DatabaseUnavailableException when there is no connection
     */
    public void migrate(Database database) {
        requireNonNull(database, "database is null");
        Map<String, String> wanted = checksums();
        try (Connection connection = database.dataSource().getConnection()) {
            if (isCurrent(connection, wanted)) {
                return;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
        migrate(database.config(), wanted);
    }

    /** The same without a pool: costs a connection more. */
    public void migrate(DatabaseConfig config) {
        requireNonNull(config, "config is null");
        migrate(config, checksums());
    }

    private void migrate(DatabaseConfig config, Map<String, String> wanted) {
        try (Connection connection = Connections.open(config)) {
            if (isCurrent(connection, wanted)) {
                return;
            }
            Sql.execute(connection, "SELECT pg_advisory_lock(" + LOCK + ")");
            // Another server may have done the work while this one waited.
            if (!isCurrent(connection, wanted)) {
                sets.forEach(set -> new SchemaHistory(config, set).migrate());
                remember(connection, wanted);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private Map<String, String> checksums() {
        Map<String, String> wanted = new HashMap<>();
        sets.forEach(set -> wanted.put(set.schema(), new MigrationFiles(set).checksum()));
        return wanted;
    }

    private static boolean isCurrent(Connection connection, Map<String, String> wanted) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT schema, checksum FROM trivet.migrated")) {
            Map<String, String> present = new HashMap<>();
            while (rows.next()) {
                present.put(rows.getString(1), rows.getString(2));
            }
            return present.entrySet().containsAll(wanted.entrySet());
        } catch (SQLException e) {
            if (UNDEFINED.contains(String.valueOf(e.getSQLState()))) {
                return false;
            }
            throw e;
        }
    }

    private static void remember(Connection connection, Map<String, String> wanted) throws SQLException {
        Sql.execute(connection, "CREATE SCHEMA IF NOT EXISTS trivet");
        Sql.execute(
                connection,
                "CREATE TABLE IF NOT EXISTS trivet.migrated (schema text PRIMARY KEY, checksum text NOT NULL)");
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO trivet.migrated (schema, checksum) VALUES (?, ?)
                ON CONFLICT (schema) DO UPDATE SET checksum = excluded.checksum""")) {
            for (Map.Entry<String, String> set : wanted.entrySet()) {
                statement.setString(1, set.getKey());
                statement.setString(2, set.getValue());
                statement.addBatch();
            }
            int[] _ = statement.executeBatch();
        }
    }

    private static RuntimeException failure(SQLException cause) {
        return SqlFailure.of(cause) == SqlFailure.UNAVAILABLE
                ? new DatabaseUnavailableException(
                        "The database went away while it was migrated: " + cause.getMessage(), cause)
                : new MigrationException("Cannot migrate the database: " + cause.getMessage(), cause);
    }
}
