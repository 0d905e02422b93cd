package dev.trivet.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Text in columns: a heading, rows, two spaces between. Cells are one line of printable characters whatever is put into them, so
 * that what strangers wrote cannot change the table or command the terminal.
 */
public final class Table {
    private final List<String> heading;
    private final List<List<Cell>> rows = new ArrayList<>();

    private record Cell(String text, Optional<Style> style) {}

    /** A table with these columns. */
    public Table(String... heading) {
        this.heading = List.of(heading);
    }

    /** Adds a row. */
    public Table row(Object... cells) {
        if (cells.length != heading.size()) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of " + heading.size());
        }
        rows.add(Arrays.stream(cells).map(Table::cell).toList());
        return this;
    }

    /** A cell in a style. */
    public static Object styled(Style style, String text) {
        return new Cell(printable(text), Optional.of(style));
    }

    /** Whether there are no rows. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines of the table, each with its line end. */
    public String render(boolean colours) {
        int[] widths = heading.stream().mapToInt(Table::width).toArray();
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i).text()));
            }
        }
        var out = new StringBuilder();
        List<Cell> titles = heading.stream()
                .map(title -> new Cell(title, Optional.of(Style.BOLD)))
                .toList();
        append(out, titles, widths, colours);
        rows.forEach(row -> append(out, row, widths, colours));
        return out.toString();
    }

    /** The text as one line without control characters. */
    public static String printable(String text) {
        var out = new StringBuilder(text.length());
        text.strip()
                .codePoints()
                .map(point ->
                        Character.isISOControl(point) || Character.getType(point) == Character.FORMAT ? ' ' : point)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    /** The beginning of a text, with a sign where it was cut. */
    public static String shorten(String text, int most) {
        String line = printable(text);
        return line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
    }

    private static Cell cell(Object value) {
        return value instanceof Cell cell ? cell : new Cell(printable(String.valueOf(value)), Optional.empty());
    }

    private static void append(StringBuilder out, List<Cell> cells, int[] widths, boolean colours) {
        for (int i = 0; i < widths.length; i++) {
            Cell cell = cells.get(i);
            out.append(
                    cell.style().map(style -> style.apply(cell.text(), colours)).orElse(cell.text()));
            if (i < widths.length - 1) {
                out.repeat(' ', widths[i] - width(cell.text()) + 2);
            }
        }
        while (!out.isEmpty() && out.charAt(out.length() - 1) == ' ') {
            out.setLength(out.length() - 1);
        }
        out.append('\n');
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
