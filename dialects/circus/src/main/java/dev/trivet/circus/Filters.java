package dev.trivet.circus;

import dev.trivet.http.Fields;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The conditions of a select, gathered one by one. Empty parameters of the query are ignored; one that cannot be read is refused with 400. */
final class Filters {
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, @Nullable Object> bindings = new LinkedHashMap<>();

    /** Adds a condition that names {@code :name}. */
    Filters with(String condition, String name, Object value) {
        conditions.add(condition);
        bindings.put(name, value);
        return this;
    }

    /** Adds the condition if the query has this parameter. */
    Filters text(Fields query, String name, String condition) {
        present(query, name).ifPresent(value -> with(condition, name, storable(name, value)));
        return this;
    }

    /** A part of a text, whatever its case: the condition is an {@code ilike}. */
    Filters part(Fields query, String name, String condition) {
        present(query, name)
                .ifPresent(value ->
                        with(condition, name, "%" + storable(name, value).replaceAll("([\\\\%_])", "\\\\$1") + "%"));
        return this;
    }

    /** A thing by its id. */
    Filters id(Fields query, String name, String condition) {
        present(query, name).ifPresent(value -> with(condition, name, Ids.parse(name, value)));
        return this;
    }

    /** A time of RFC 3339. */
    Filters time(Fields query, String name, String condition) {
        present(query, name).ifPresent(value -> with(condition, name, time(name, value)));
        return this;
    }

    Filters flag(Fields query, String name, String condition) {
        present(query, name)
                .ifPresent(value -> with(
                        condition,
                        name,
                        switch (value) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw CircusErrors.invalid(name, "expected true or false, not '" + value + "'");
                        }));
        return this;
    }

    Filters number(Fields query, String name, String condition) {
        present(query, name).ifPresent(value -> {
            try {
                with(condition, name, Integer.parseInt(value));
            } catch (NumberFormatException noNumber) {
                throw CircusErrors.invalid(name, "expected a whole number, not '" + value + "'");
            }
        });
        return this;
    }

    /** {@code where …}, or nothing. */
    String where() {
        return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    }

    Map<String, @Nullable Object> bindings() {
        return bindings;
    }

    static Optional<String> present(Fields query, String name) {
        return query.first(name).filter(value -> !value.isEmpty());
    }

    private static String storable(String name, String value) {
        if (!JsonFields.isStorable(value)) {
            throw CircusErrors.invalid(name, "must not contain NUL");
        }
        return value;
    }

    private static OffsetDateTime time(String name, String value) {
        try {
            // A plus that was not escaped arrives as a blank.
            Instant instant = OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
            if (instant.isBefore(Instant.EPOCH) || instant.isAfter(Instant.parse("9999-12-31T00:00:00Z"))) {
                throw CircusErrors.invalid(name, "expected a time from 1970 to 9999, not '" + value + "'");
            }
            return instant.atOffset(ZoneOffset.UTC);
        } catch (DateTimeParseException malformed) {
            throw CircusErrors.invalid(name, "expected a time such as 2026-01-31T12:00:00Z, not '" + value + "'");
        }
    }
}
