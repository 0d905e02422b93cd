package dev.trivet.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Opens the pool's connections, and while the database is gone keeps trying every {@value #RETRY_MILLIS} ms. The pool's own back-off grows to
 * five seconds, which is too long a sleep for a database that is back; here its one connecting thread simply waits for
 * success. Meanwhile {@link #outage()} lets callers fail at once instead of queueing.
 */
final class ReconnectingDataSource implements DataSource {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ReconnectingDataSource.class);
    private static final long RETRY_MILLIS = 100;

    /** Since when (System.nanoTime) connecting fails, and how. */
    record Outage(long sinceNanos, SQLException cause) {
        Duration lasting() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }
    }

    private final DataSource target;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Outage outage;
    private volatile boolean patient;

    ReconnectingDataSource(DataSource target) {
        this.target = target;
    }

    /** From now on a failed attempt is repeated until it succeeds; before, it is reported to the caller. */
    void becomePatient() {
        patient = true;
    }

    /** The present outage, or null while connections can be opened. */
    @Nullable
    Outage outage() {
        return outage;
    }

    /** Ends every waiting attempt. */
    void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            try {
                Connection connection = target.getConnection();
                restored();
                return connection;
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.UNAVAILABLE || !patient) {
                    throw e;
                }
                failed(e);
                if (isClosedAfterPause()) {
                    throw e;
                }
            }
        }
    }

    private void restored() {
        Outage ended = outage;
        if (ended != null) {
            outage = null;
            LOG.info("The database is back after {} ms", ended.lasting().toMillis());
        }
    }

    private void failed(SQLException cause) {
        Outage known = outage;
        if (known == null) {
            LOG.warn("The database cannot be reached: {}", cause.getMessage());
        }
        outage = new Outage(known == null ? System.nanoTime() : known.sinceNanos(), cause);
    }

    private boolean isClosedAfterPause() {
        try {
            return closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return target.getConnection(user, password);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        target.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return target.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("no java.util.logging here");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return target.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return target.isWrapperFor(type);
    }
}
