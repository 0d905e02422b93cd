package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.trivet.core.StorageFullException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The pool of connections and the way to use it: a transaction is a lambda.
 *
 * <p>A dead database costs a caller at most {@link #CONNECTION_TIMEOUT}; once it has been dead for that long, callers fail at
 * once. It is tried ten times a second, so that work goes on as soon as it is back. Thread-safe.
 */
public final class Database implements AutoCloseable {

    /** Longest wait for a connection. */
    public static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(2);

    private static final int MOST_ATTEMPTS = 6;
    private static final int REPLY_SECONDS = 120;
    private static final ScopedValue<Database> IN_TRANSACTION = ScopedValue.newInstance();

    private final DatabaseConfig config;
    private final ReconnectingDataSource connections;
    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(DatabaseConfig config, ReconnectingDataSource connections, HikariDataSource pool) {
        this.config = config;
        this.connections = connections;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin());
    }

    /**
     * Opens the pool and proves it with a first connection.
     *
     * @throws DatabaseUnavailableException when the database cannot be reached now
     * @throws IllegalStateException when it refuses us (password, database name)
     */
    public static Database connect(DatabaseConfig config) {
        return connect(config, CONNECTION_TIMEOUT);
    }

    static Database connect(DatabaseConfig config, Duration timeout) {
        requireNonNull(config, "config is null");
        PGSimpleDataSource source = Connections.source(config);
        if (source.getSocketTimeout() == 0) {
            // A server that fell silent without closing the connection must not hold a thread for ever.
            source.setSocketTimeout(REPLY_SECONDS);
        }
        ReconnectingDataSource connections = new ReconnectingDataSource(source);
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("trivet");
        settings.setDataSource(connections);
        settings.setMaximumPoolSize(config.poolSize());
        settings.setMinimumIdle(Math.min(2, config.poolSize()));
        settings.setConnectionTimeout(timeout.toMillis());
        settings.setValidationTimeout(1_000);
        settings.setInitializationFailTimeout(1);
        try {
            HikariDataSource pool = new HikariDataSource(settings);
            connections.becomePatient();
            return new Database(config, connections, pool);
        } catch (RuntimeException e) {
            if (SqlFailure.of(e) == SqlFailure.UNAVAILABLE) {
                throw new DatabaseUnavailableException(
                        "Cannot reach the database " + config + ": " + rootMessage(e), e);
            }
            throw new IllegalStateException("Cannot open the database " + config + ": " + rootMessage(e), e);
        }
    }

    /** What this pool was made from, for what needs a connection of its own. */
    public DatabaseConfig config() {
        return config;
    }

    /** Jdbi on this pool, PostgreSQL types included. Prefer {@link #read} and {@link #write}: they translate failures and repeat conflicts. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** The pool itself. */
    public DataSource dataSource() {
        return pool;
    }

    /**
     * Runs the callback in a read-only transaction (READ COMMITTED). It may run several times, so it must not have side effects of its own.
     *
     * @throws DatabaseUnavailableException see there
     * @throws IllegalStateException when the thread is in a transaction already: hand its handle on instead
     */
    public <T, X extends Exception> T read(HandleCallback<T, X> callback) throws X {
        requireNonNull(callback, "callback is null");
        return transaction(true, callback);
    }

    /**
     * Runs the callback in a transaction (READ COMMITTED) and commits it; when this returns, the work is durable. A serialization failure or
     * deadlock is repeated up to five times with a short random pause, so the callback must not have side effects of its own.
     *
     * @throws DatabaseUnavailableException see there
     * @throws IllegalStateException when the thread is in a transaction already: hand its handle on instead
     */
    public <T, X extends Exception> T write(HandleCallback<T, X> callback) throws X {
        requireNonNull(callback, "callback is null");
        return transaction(false, callback);
    }

    @SuppressWarnings("unchecked") // what the callback throws is unchecked or exactly X
    private <T, X extends Exception> T transaction(boolean readOnly, HandleCallback<T, X> callback) throws X {
        if (IN_TRANSACTION.isBound() && IN_TRANSACTION.get() == this) {
            // A second connection taken while the first is held is how a pool deadlocks.
            throw new IllegalStateException("This thread is in a transaction already; use its handle");
        }
        for (int attempt = 1; ; attempt++) {
            refuseDuringOutage();
            try {
                return ScopedValue.where(IN_TRANSACTION, this).call(() -> attempt(readOnly, callback));
            } catch (RuntimeException e) {
                if (!mayRepeat(e, attempt)) {
                    throw translated(e);
                }
            } catch (Exception e) {
                if (!mayRepeat(e, attempt)) {
                    throw (X) e;
                }
            }
        }
    }

    private <T, X extends Exception> T attempt(boolean readOnly, HandleCallback<T, X> callback) throws X {
        try (Handle handle = jdbi.open()) {
            handle.setReadOnly(readOnly);
            return handle.inTransaction(callback);
        }
    }

    private static boolean mayRepeat(Exception failure, int attempt) {
        return attempt < MOST_ATTEMPTS && SqlFailure.of(failure) == SqlFailure.CONFLICT && pause(attempt);
    }

    private RuntimeException translated(RuntimeException failure) {
        if (SqlFailure.of(failure) == SqlFailure.FULL) {
            return new StorageFullException(
                    "The disk of the database is full; make room on it (" + rootMessage(failure) + ")", failure);
        }
        if (failure instanceof DatabaseUnavailableException || SqlFailure.of(failure) != SqlFailure.UNAVAILABLE) {
            return failure;
        }
        if (!(failure instanceof ConnectionException)) {
            dropConnections();
        }
        return new DatabaseUnavailableException("The database cannot be reached: " + rootMessage(failure), failure);
    }

    /** One broken connection mostly means that all are: do not let each of them fail a caller. */
    private void dropConnections() {
        HikariPoolMXBean control = pool.getHikariPoolMXBean();
        if (control != null && !pool.isClosed()) {
            control.softEvictConnections();
        }
    }

    private void refuseDuringOutage() {
        ReconnectingDataSource.Outage outage = connections.outage();
        if (outage != null && outage.lasting().compareTo(CONNECTION_TIMEOUT) > 0) {
            throw new DatabaseUnavailableException(
                    "The database cannot be reached since " + outage.lasting().toSeconds() + " s: "
                            + outage.cause().getMessage(),
                    outage.cause());
        }
    }

    /** False when the thread was interrupted meanwhile. */
    private static boolean pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, 5L << attempt));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    /** Closes every connection; transactions under way fail. */
    @Override
    public void close() {
        connections.close();
        pool.close();
    }
}
