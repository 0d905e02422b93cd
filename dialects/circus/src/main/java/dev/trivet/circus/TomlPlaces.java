package dev.trivet.circus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * Where the values and the comments of a TOML document stand, so that single values can be changed and all the rest stays as its author wrote
 * it. The parser tells no places. It reads only what the parser took: what is no TOML gives places that mean nothing.
 */
final class TomlPlaces {
    private static final TomlMapper MAPPER = new TomlMapper();
    private static final String BLANK = " \t\r";

    private final String text;
    private final List<Value> values = new ArrayList<>();
    private final List<Span> comments = new ArrayList<>();
    /** How many tables an array of tables has so far. */
    private final Map<List<Object>, Integer> tables = new HashMap<>();

    private int at;

    private TomlPlaces(String text) {
        this.text = text;
    }

    /**
     * A part of the text.
     *
     * @param end the first character behind it
     */
    record Span(int start, int end) {}

    /**
     * One value that is no table and no array.
     *
     * @param path names of tables and keys as String, places in arrays as Integer
     */
    record Value(List<Object> path, Span span) {
        Value {
            path = List.copyOf(path);
        }
    }

    static TomlPlaces of(String text) {
        TomlPlaces places = new TomlPlaces(text);
        places.document();
        return places;
    }

    /** In the order of the document. */
    List<Value> values() {
        return List.copyOf(values);
    }

    /** From the hash to the end of the line. */
    List<Span> comments() {
        return List.copyOf(comments);
    }

    private void document() {
        List<Object> table = List.of();
        for (skip(); at < text.length(); skip()) {
            if (next("[[")) {
                table = new ArrayList<>(header());
                int index = tables.merge(List.copyOf(table), 1, Integer::sum) - 1;
                table.add(index);
                next("]]");
            } else if (next("[")) {
                table = header();
                next("]");
            } else {
                entry(table);
            }
        }
    }

    /** The path of a header: a name of an array of tables means its last table. */
    private List<Object> header() {
        List<Object> path = new ArrayList<>();
        List<String> names = key();
        for (int i = 0; i < names.size(); i++) {
            path.add(names.get(i));
            Integer count = i == names.size() - 1 ? null : tables.get(path);
            if (count != null) {
                path.add(count - 1);
            }
        }
        return path;
    }

    private void entry(List<Object> table) {
        List<Object> path = new ArrayList<>(table);
        path.addAll(key());
        blanks();
        if (!next("=")) {
            // Never in a document that was parsed; the end of the text is what ends every loop.
            at = text.length();
            return;
        }
        value(path);
    }

    private void value(List<Object> path) {
        blanks();
        if (next("[")) {
            for (int index = 0; !closed("]"); index++) {
                value(with(path, index));
            }
        } else if (next("{")) {
            while (!closed("}")) {
                entry(path);
            }
        } else {
            int start = at;
            scalar();
            values.add(new Value(path, new Span(start, at)));
        }
    }

    /** Whether the array or table ends here. */
    private boolean closed(String end) {
        skip();
        while (next(",")) {
            skip();
        }
        return at >= text.length() || next(end);
    }

    private void scalar() {
        if (next("\"\"\"")) {
            string("\"\"\"", true);
        } else if (next("'''")) {
            string("'''", false);
        } else if (next("\"")) {
            string("\"", true);
        } else if (next("'")) {
            string("'", false);
        } else {
            int start = at;
            while (at < text.length() && ",]}#\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            while (at > start && BLANK.indexOf(text.charAt(at - 1)) >= 0) {
                at--;
            }
            if (at == start) {
                at = text.length();
            }
        }
    }

    /** Goes behind the end of a string whose beginning was read. */
    private void string(String quote, boolean escapes) {
        while (at < text.length() && !text.startsWith(quote, at)) {
            at += escapes && text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(text.length(), at + quote.length());
        // The last two characters of a string of several lines may be quotes, too.
        for (int more = 0; quote.length() == 3 && more < 2 && at < text.length(); more++) {
            if (text.charAt(at) == quote.charAt(0)) {
                at++;
            }
        }
    }

    private List<String> key() {
        List<String> names = new ArrayList<>();
        do {
            blanks();
            int start = at;
            if (next("\"")) {
                string("\"", true);
                names.add(name(text.substring(start, at)));
            } else if (next("'")) {
                string("'", false);
                names.add(name(text.substring(start, at)));
            } else {
                while (at < text.length() && "=.]#\n ".indexOf(text.charAt(at)) < 0 && text.charAt(at) != '\t') {
                    at++;
                }
                names.add(text.substring(start, at));
            }
            blanks();
        } while (next("."));
        return names;
    }

    private static String name(String quoted) {
        return MAPPER.readTree(quoted + " = 0").propertyNames().iterator().next();
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }

    private boolean next(String word) {
        if (text.startsWith(word, at)) {
            at += word.length();
            return true;
        }
        return false;
    }

    private void blanks() {
        while (at < text.length() && BLANK.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void skip() {
        for (blanks(); at < text.length() && "\n#".indexOf(text.charAt(at)) >= 0; blanks()) {
            if (text.charAt(at) == '#') {
                int end = text.indexOf('\n', at);
                int start = at;
                at = end < 0 ? text.length() : end;
                comments.add(new Span(start, at));
            } else {
                at++;
            }
        }
    }
}
