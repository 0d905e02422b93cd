package dev.trivet.web;

import dev.trivet.http.HttpException;
import dev.trivet.web.ansi.LogRenderer;
import dev.trivet.web.ansi.Style;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far a page has the logs of a job, as text: {@code step.offset.line.style} for each log that it has something of. It is the id of
 * each event, and what a page that comes again gives back. To be used by one thread at a time.
 */
final class LogCursor {
    private static final Pattern ENTRY =
            Pattern.compile("([0-9]{1,5})\\.([0-9]{1,18})\\.([0-9]{1,18})\\.([0-9;]{0,60})");
    private static final int LONGEST = 6000;

    private final Map<Integer, LogRenderer.Position> positions = new TreeMap<>();

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws HttpException 400 if it is something else
     */
    static LogCursor parse(String text) {
        LogCursor cursor = new LogCursor();
        if (text.isEmpty()) {
            return cursor;
        }
        if (text.length() > LONGEST) {
            throw HttpException.badRequest("the position in the logs is too long; load the page again");
        }
        for (String entry : text.split("_", -1)) {
            var matcher = ENTRY.matcher(entry);
            if (!matcher.matches()) {
                throw HttpException.badRequest("'" + entry + "' is no position in a log; load the page again");
            }
            cursor.put(
                    Integer.parseInt(matcher.group(1)),
                    new LogRenderer.Position(
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3)),
                            Style.PLAIN.after(matcher.group(4))));
        }
        return cursor;
    }

    void put(int step, LogRenderer.Position position) {
        if (!position.equals(LogRenderer.Position.START)) {
            positions.put(step, position);
        }
    }

    LogRenderer.Position of(int step) {
        return positions.getOrDefault(step, LogRenderer.Position.START);
    }

    @Override
    public String toString() {
        return positions.entrySet().stream()
                .map(entry -> entry.getKey() + "." + entry.getValue().offset() + "."
                        + entry.getValue().line() + "."
                        + entry.getValue().style().code())
                .collect(Collectors.joining("_"));
    }
}
