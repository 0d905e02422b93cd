package dev.trivet.srht.manifest;

/**
 * A place in the text of a manifest.
 *
 * @param line from 1
 * @param column from 1, in characters (code points)
 */
public record Position(int line, int column) {
    /** The first character of the text. */
    public static final Position START = new Position(1, 1);

    /** The place of the code point with this index. */
    static Position ofCodePoint(String text, int index) {
        int line = 1;
        int column = 1;
        int seen = 0;
        for (int at = 0; at < text.length() && seen < index; seen++) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            if (point == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Position(line, column);
    }
}
