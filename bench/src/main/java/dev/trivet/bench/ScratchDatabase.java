package dev.trivet.bench;

import dev.trivet.server.Storage;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseConfig;
import dev.trivet.store.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;

/** An embedded PostgreSQL as a server runs it (fsync on), with all of Trivet's tables. */
final class ScratchDatabase implements AutoCloseable {
    private static final int CONNECTIONS = 24;

    private final EmbeddedPostgres postgres;
    private final DatabaseConfig config;
    private final Database database;

    private ScratchDatabase(EmbeddedPostgres postgres, DatabaseConfig config, Database database) {
        this.postgres = postgres;
        this.config = config;
        this.database = database;
    }

    static ScratchDatabase start(Scratch scratch) throws IOException {
        Path data = scratch.directory("database");
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data, scratch.programs());
        boolean complete = false;
        try {
            DatabaseConfig config = postgres.config(CONNECTIONS);
            Storage.MIGRATIONS.migrate(config);
            Database database = Database.connect(config);
            complete = true;
            return new ScratchDatabase(postgres, config, database);
        } finally {
            if (!complete) {
                postgres.close();
            }
        }
    }

    Database database() {
        return database;
    }

    DatabaseConfig config() {
        return config;
    }

    /** Where it listens on 127.0.0.1. */
    int port() {
        String url = config.url();
        int from = url.indexOf(':', url.indexOf("//")) + 1;
        return Integer.parseInt(url.substring(from, url.indexOf('/', from)));
    }

    @Override
    public void close() throws IOException {
        database.close();
        postgres.close();
    }
}
