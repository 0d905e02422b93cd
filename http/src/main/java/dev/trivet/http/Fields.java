package dev.trivet.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Names and values of a query or an HTML form, in their order. Immutable. */
public final class Fields {
    private static final int MOST = 1000;

    private final String where;
    private final Map<String, List<String>> values;

    private Fields(String where, Map<String, List<String>> values) {
        this.where = where;
        this.values = values;
    }

    /**
     * Decodes {@code a=1&b=2}.
     *
     * @param where what it is, for error messages: {@code the query}
     * @throws HttpException 400 for broken escapes or more than 1000 fields
     */
    static Fields decode(String text, String where) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        int count = 0;
        for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            count++;
            if (count > MOST) {
                throw HttpException.badRequest(where + " has more than " + MOST + " fields");
            }
            int equals = pair.indexOf('=');
            String name = PercentDecoder.form(equals < 0 ? pair : pair.substring(0, equals), where);
            String value = equals < 0 ? "" : PercentDecoder.form(pair.substring(equals + 1), where);
            values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
        return new Fields(where, values);
    }

    /** The names, in order of appearance. */
    public Set<String> names() {
        return Set.copyOf(values.keySet());
    }

    /** The first value. */
    public Optional<String> first(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** All values, in order. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /**
     * A whole number.
     *
     * @throws HttpException 400 naming the field if it is not one or not within the bounds
     */
    public OptionalLong number(String name, long least, long most) {
        Optional<String> text = first(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(text.get());
            if (number >= least && number <= most) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            // told below, together with numbers out of bounds
        }
        throw HttpException.field(
                name,
                name + " in " + where + " should be a whole number from " + least + " to " + most + ", not '"
                        + shortened(text.get()) + "'");
    }

    /**
     * {@code true} or {@code false}.
     *
     * @throws HttpException 400 naming the field if it is anything else
     */
    public Optional<Boolean> bool(String name) {
        return first(name).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw HttpException.field(
                        name, name + " in " + where + " should be true or false, not '" + shortened(text) + "'");
        });
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
