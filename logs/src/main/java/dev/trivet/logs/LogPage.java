package dev.trivet.logs;

import java.util.List;

/**
 * Lines in a row.
 *
 * @param lines the lines; fewer than asked for at the end of the log or where they are long
 * @param lineCount lines of the log at that instant, a last one without line end included
 * @param ended nothing more will come
 */
public record LogPage(List<LogLine> lines, long lineCount, boolean ended) {
    public LogPage {
        lines = List.copyOf(lines);
    }
}
