package dev.trivet.circus;

import dev.trivet.core.json.Json;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Rows as JSON objects: the names and the order of the columns, times in UTC, arrays as arrays. The query decides what is shown. */
final class JsonRows {
    static final RowMapper<Map<String, @Nullable Object>> MAPPER = (row, context) -> {
        ResultSetMetaData columns = row.getMetaData();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            json.put(columns.getColumnLabel(i), value(row, i, columns.getColumnTypeName(i)));
        }
        return json;
    };

    private JsonRows() {}

    private static @Nullable Object value(ResultSet row, int column, String type) throws SQLException {
        if (type.equals("jsonb")) {
            String text = row.getString(column);
            return text == null ? null : Json.MAPPER.readTree(text);
        }
        Object value = row.getObject(column);
        return switch (value) {
            case Timestamp time -> time.toInstant();
            case Array array -> List.of((Object[]) array.getArray());
            case null, default -> value;
        };
    }
}
