package dev.trivet.harmont.vcs;

/** Foreign text in Markdown: it shows as it is (emoji such as {@code :rocket:} aside), and can be neither markup nor HTML nor an end of what surrounds it. */
final class Markdown {
    private static final String SPECIAL = "\\`*_{}[]()|~>";

    private Markdown() {}

    /** One line of running text or of a table's cell. */
    static String inline(String text, int longest) {
        StringBuilder out = new StringBuilder();
        Words.line(text, longest).codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '&' -> out.append("&amp;");
                default -> {
                    if (SPECIAL.indexOf(c) >= 0) {
                        out.append('\\');
                    }
                    out.appendCodePoint(c);
                }
            }
        });
        return out.toString();
    }

    /** A block of literal text, fenced by more backticks than it has in a row. */
    static String block(String text, int longest) {
        String clean = Words.block(text, longest);
        int row = 0;
        int longestRow = 2;
        for (int i = 0; i < clean.length(); i++) {
            row = clean.charAt(i) == '`' ? row + 1 : 0;
            longestRow = Math.max(longestRow, row);
        }
        String fence = "`".repeat(longestRow + 1);
        return fence + "text\n" + clean + "\n" + fence + "\n";
    }
}
