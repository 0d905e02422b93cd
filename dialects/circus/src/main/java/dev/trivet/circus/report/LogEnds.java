package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogSlice;
import dev.trivet.logs.LogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The last lines of logs, as text that nobody executes. Thread-safe. */
final class LogEnds {
    private static final int LINES = 40;
    private static final int BYTES = 16 * 1024;
    private static final Pattern PLACE = Pattern.compile("(\\d{1,18})/(\\d{1,3})");

    private final LogStore logs;

    LogEnds(LogStore logs) {
        this.logs = requireNonNull(logs, "logs is null");
    }

    /**
     * The end of a log.
     *
     * @param place as a build has it, or null
     * @return the lines, and whether there are more before them; null if there is no log here
     */
    @Nullable
    Map<String, @Nullable Object> of(@Nullable String place) throws IOException {
        Matcher named = PLACE.matcher(place == null ? "" : place);
        if (!named.matches()) {
            return null;
        }
        LogSlice slice = logs.tail(new LogKey(Long.parseLong(named.group(1)), Integer.parseInt(named.group(2))), BYTES);
        if (slice.size() == 0) {
            return null;
        }
        List<String> all =
                new String(slice.bytes(), StandardCharsets.UTF_8).lines().toList();
        // What was cut in the middle is no line.
        List<String> whole = slice.offset() > 0 && all.size() > 1 ? all.subList(1, all.size()) : all;
        List<String> last = whole.subList(Math.max(0, whole.size() - LINES), whole.size());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("lines", List.copyOf(last));
        json.put("truncated", slice.offset() > 0 || last.size() < whole.size());
        return json;
    }
}
