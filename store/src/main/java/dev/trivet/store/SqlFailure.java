package dev.trivet.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** What a failure of the database means for the caller; decided by SQLSTATE, never by message. */
enum SqlFailure {
    /** Another transaction was in the way (40001, 40P01): the same work may succeed at once. */
    CONFLICT,
    /** No connection, or the server is going, coming or full (08*, 57P0*, 53300, pool time-out). */
    UNAVAILABLE,
    /** The database has no room to write (53100). */
    FULL,
    /** Anything else: a mistake of ours, or of the data. */
    OTHER;

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");
    private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "57P05", "53300");

    /** pgjdbc's word for "the server wants a password and I have none": waiting does not help. */
    private static final String NO_PASSWORD = "08004";

    static SqlFailure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return UNAVAILABLE;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return ofState(sql.getSQLState());
            }
        }
        return OTHER;
    }

    private static SqlFailure ofState(String state) {
        if (CONFLICTS.contains(state)) {
            return CONFLICT;
        }
        if (state.equals(NO_PASSWORD)) {
            return OTHER;
        }
        if (state.equals("53100")) {
            return FULL;
        }
        return state.startsWith("08") || GONE.contains(state) ? UNAVAILABLE : OTHER;
    }
}
