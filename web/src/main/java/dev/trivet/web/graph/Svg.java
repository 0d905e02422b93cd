package dev.trivet.web.graph;

import java.util.Locale;

/** Writes SVG. Every text and attribute is escaped; colours come from the page's style sheet by class. */
final class Svg {
    private final StringBuilder text = new StringBuilder();

    Svg(int width, int height, String label, String type) {
        text.append(String.format(
                Locale.ROOT,
                "<svg class=\"%s\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n",
                type,
                width,
                height,
                width,
                height,
                escaped(label)));
    }

    Svg link(String href) {
        text.append("<a href=\"").append(escaped(href)).append("\">");
        return this;
    }

    Svg endLink() {
        text.append("</a>\n");
        return this;
    }

    Svg group(String type, String title) {
        text.append("<g class=\"")
                .append(escaped(type))
                .append("\"><title>")
                .append(escaped(title))
                .append("</title>");
        return this;
    }

    Svg endGroup() {
        text.append("</g>");
        return this;
    }

    Svg rect(String type, double x, double y, double width, double height, int radius) {
        text.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\"/>",
                type,
                x,
                y,
                width,
                height,
                radius));
        return this;
    }

    Svg words(String type, double x, double y, String words) {
        text.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", type, x, y))
                .append(escaped(words))
                .append("</text>");
        return this;
    }

    Svg path(String type, String steps) {
        text.append("<path class=\"")
                .append(type)
                .append("\" d=\"")
                .append(steps)
                .append("\"/>\n");
        return this;
    }

    String end() {
        return text.append("</svg>\n").toString();
    }

    private static String escaped(String plain) {
        StringBuilder safe = new StringBuilder(plain.length() + 16);
        plain.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(sendable(c) ? c : '?');
            }
        });
        return safe.toString();
    }

    /** XML has no control characters and no halves of surrogate pairs. */
    private static boolean sendable(int c) {
        return c == '\t' || c == '\n' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c > 0xffff;
    }
}
