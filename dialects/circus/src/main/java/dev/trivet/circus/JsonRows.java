package dev.trivet.circus;

import java.sql.ResultSetMetaData;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Rows as JSON objects: the names and the order of the columns, times in UTC, arrays as arrays. The query decides what is shown. */
public final class JsonRows {
    /** Maps every column of the query. */
    public static final RowMapper<Map<String, @Nullable Object>> MAPPER = (row, context) -> {
        ResultSetMetaData columns = row.getMetaData();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            json.put(columns.getColumnLabel(i), Columns.shown(row, columns.getColumnLabel(i)));
        }
        return json;
    };

    private JsonRows() {}
}
