package dev.trivet.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** Plain connections with the options that every connection of ours has. */
final class Connections {

    /** Longest wait for a TCP connection, in seconds. */
    private static final int CONNECT_SECONDS = 2;

    /** Longest wait for it and the sign-in. Callers do not wait for it, the pool does; a database under full load may need it. */
    private static final int SIGN_IN_SECONDS = 10;

    private Connections() {}

    /** A source of unpooled connections. The reply to a statement is waited for without bound. */
    static PGSimpleDataSource source(DatabaseConfig config) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(config.url());
        if (!config.user().isEmpty()) {
            source.setUser(config.user());
        }
        if (!config.password().isEmpty()) {
            source.setPassword(config.password());
        }
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(SIGN_IN_SECONDS);
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        if (source.getApplicationName() == null) {
            source.setApplicationName("trivet");
        }
        return source;
    }

    /** One connection, outside every pool; the caller closes it. */
    static Connection open(DatabaseConfig config) {
        try {
            return source(config).getConnection();
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.UNAVAILABLE) {
                throw new DatabaseUnavailableException(
                        "Cannot reach the database " + config + ": " + e.getMessage(), e);
            }
            throw new IllegalStateException("Cannot open the database " + config + ": " + e.getMessage(), e);
        }
    }
}
