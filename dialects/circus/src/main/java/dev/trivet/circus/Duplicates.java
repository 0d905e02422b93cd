package dev.trivet.circus;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;

/** Tells a name that is taken from other failures of the database. */
public final class Duplicates {
    private static final String UNIQUE_VIOLATION = "23505";

    private Duplicates() {}

    /**
     * Does the work.
     *
     * @throws dev.trivet.http.HttpException 409 with that message if a row of that name is there already
     */
    public static <T> T refused(String message, Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException failure) {
            if (failure.getCause() instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                throw CircusErrors.conflict(message);
            }
            throw failure;
        }
    }
}
