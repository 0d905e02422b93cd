package dev.trivet.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of a benchmark, as a Markdown table: what was measured, what the baseline reached in the same run, their ratio, and the
 * budget. For one thread.
 */
final class Table {
    private static final List<String> HEAD = List.of("measured", "value", "baseline", "ratio", "budget");

    private final List<List<String>> rows = new ArrayList<>();

    /** A value without a baseline. */
    Table value(String what, double value, String unit, Budget budget) {
        rows.add(List.of(what, amount(value, unit), "", "", budget.judge(value)));
        return this;
    }

    /** A value beside its baseline; the budget bounds the value. */
    Table beside(String what, double value, String unit, double baseline, Budget budget) {
        rows.add(List.of(
                what, amount(value, unit), amount(baseline, unit), ratio(value, baseline), budget.judge(value)));
        return this;
    }

    /** A value beside its baseline; the budget bounds their ratio. */
    Table against(String what, double value, String unit, double baseline, Budget budget) {
        rows.add(List.of(
                what,
                amount(value, unit),
                amount(baseline, unit),
                ratio(value, baseline),
                budget.judge(value / baseline)));
        return this;
    }

    /** Something that could not be measured here, and why. */
    Table missing(String what, String why) {
        rows.add(List.of(what, why, "", "", ""));
        return this;
    }

    private static String amount(double value, String unit) {
        String pattern = value >= 100 ? "%,.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, pattern, value, unit);
    }

    private static String ratio(double value, double baseline) {
        return String.format(Locale.ROOT, "%.2f", value / baseline);
    }

    /** The table in Markdown, its columns aligned. */
    String markdown() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEAD);
        lines.addAll(rows);
        int[] widths = new int[HEAD.size()];
        for (List<String> line : lines) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        var text = new StringBuilder();
        for (int index = 0; index < lines.size(); index++) {
            append(text, lines.get(index), widths, " ");
            if (index == 0) {
                List<String> rule = new ArrayList<>();
                for (int width : widths) {
                    rule.add("-".repeat(width));
                }
                append(text, rule, widths, "-");
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells, int[] widths, String margin) {
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            text.append('|')
                    .append(margin)
                    .append(cell)
                    .append(" ".repeat(widths[column] - cell.length()))
                    .append(margin);
        }
        text.append("|\n");
    }
}
