package dev.trivet.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Small statements on a plain connection, where neither a pool nor Jdbi is at hand. */
final class Sql {

    /** Makes a value of one row. */
    interface Row<T> {
        T map(ResultSet row) throws SQLException;
    }

    private Sql() {}

    /** Quotes an identifier. */
    static String name(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean _ = statement.execute(sql);
        }
    }

    static <T> List<T> list(Connection connection, String sql, Row<T> row, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> list = new ArrayList<>();
                while (rows.next()) {
                    list.add(row.map(rows));
                }
                return list;
            }
        }
    }

    static <T> T one(Connection connection, String sql, Row<T> row, Object... arguments) throws SQLException {
        return list(connection, sql, row, arguments).getFirst();
    }
}
