package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.accounts.AccountStore;
import dev.trivet.circus.Circus;
import dev.trivet.harmont.PipelineStore;
import dev.trivet.notify.TaskStore;
import dev.trivet.srht.JobStore;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseConfig;
import dev.trivet.store.EmbeddedPostgres;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.Migrations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The database of a server, migrated: its own PostgreSQL, or the one that it was pointed at. */
public final class Storage implements AutoCloseable {
    /** Every table that there is, in the order in which they are made. */
    public static final Migrations MIGRATIONS = new Migrations(List.of(
            MigrationSet.ENGINE,
            AccountStore.MIGRATIONS,
            TaskStore.MIGRATIONS,
            JobStore.MIGRATIONS,
            PipelineStore.MIGRATIONS,
            Circus.MIGRATIONS));

    private static final int VISITOR_POOL = 4;

    private final @Nullable EmbeddedPostgres postgres;
    private final Database database;

    private Storage(@Nullable EmbeddedPostgres postgres, Database database) {
        this.postgres = postgres;
        this.database = requireNonNull(database, "database is null");
    }

    /** @throws IOException if it cannot be started, reached or migrated; the message says why and what to do */
    static Storage open(Settings settings) throws IOException {
        if (settings.databaseUrl().isPresent()) {
            return new Storage(
                    null, migrated(DatabaseConfig.ofUrl(settings.databaseUrl().get(), settings.databasePool())));
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(settings.data(), programs(settings));
        try {
            return new Storage(postgres, migrated(postgres.config(settings.databasePool())));
        } catch (IOException | RuntimeException failed) {
            postgres.close();
            throw failed;
        }
    }

    /**
     * The database of a data directory for a command beside the server: that of the server at work on it, if there is one; otherwise it is
     * started for the time being. Nothing is migrated here.
     *
     * @throws IOException if it cannot be started or reached
     */
    public static Storage visit(Settings settings) throws IOException {
        if (settings.databaseUrl().isPresent()) {
            return new Storage(
                    null,
                    Database.connect(DatabaseConfig.ofUrl(settings.databaseUrl().get(), VISITOR_POOL)));
        }
        Optional<DatabaseConfig> running = EmbeddedPostgres.running(settings.data(), VISITOR_POOL);
        if (running.isPresent()) {
            return new Storage(null, Database.connect(running.get()));
        }
        TrivetServer.makeDataDirectory(settings.data());
        EmbeddedPostgres postgres = EmbeddedPostgres.start(settings.data(), programs(settings));
        try {
            return new Storage(postgres, Database.connect(postgres.config(VISITOR_POOL)));
        } catch (IOException | RuntimeException failed) {
            postgres.close();
            throw failed;
        }
    }

    /** Where PostgreSQL's programs are unpacked: beside the images, so that several data directories can share them. */
    public static Path programs(Settings settings) {
        Path shared = settings.images().toAbsolutePath().normalize().getParent();
        return (shared == null ? settings.data() : shared).resolve("postgres-programs");
    }

    private static Database migrated(DatabaseConfig config) {
        MIGRATIONS.migrate(config);
        return Database.connect(config);
    }

    /** The connections to it. */
    public Database database() {
        return database;
    }

    @Override
    public void close() throws IOException {
        database.close();
        if (postgres != null) {
            postgres.close();
        }
    }
}
