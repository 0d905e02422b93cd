package dev.trivet.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

/** Flyway on one set. */
final class SchemaHistory {

    /** Flyway's table in each schema. */
    static final String TABLE = "flyway_schema_history";

    private final DatabaseConfig config;
    private final MigrationSet set;

    SchemaHistory(DatabaseConfig config, MigrationSet set) {
        this.config = config;
        this.set = set;
    }

    /** Applies everything that is missing. */
    void migrate() {
        run(flyway(null));
    }

    /** Applies what is missing up to this version, or up to the newest there is when this program does not have it. */
    void migrateTo(String version) {
        run(flyway(version + "?"));
    }

    private void run(Flyway flyway) {
        try {
            var _ = flyway.migrate();
        } catch (FlywayValidateException e) {
            throw new MigrationException(
                    "The tables of schema " + set.schema()
                            + " do not fit this program. Either a newer Trivet has used this"
                            + " database (then start that one), or a released migration was changed. Flyway says: "
                            + e.getMessage(),
                    e);
        } catch (FlywayException e) {
            throw new MigrationException(
                    "Cannot migrate the schema " + set.schema() + " (" + set.location() + "): " + e.getMessage(), e);
        }
    }

    private Flyway flyway(@Nullable String target) {
        FluentConfiguration settings = Flyway.configure(getClass().getClassLoader())
                .dataSource(Connections.source(config))
                .schemas(set.schema())
                .defaultSchema(set.schema())
                .createSchemas(true)
                .table(TABLE)
                .locations("classpath:" + set.location())
                .validateMigrationNaming(true)
                // Flyway's default lets an older program run on a newer database.
                .ignoreMigrationPatterns(new String[0])
                .cleanDisabled(true);
        if (target != null) {
            settings.target(target);
        }
        return settings.load();
    }
}
