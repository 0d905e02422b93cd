package dev.trivet.logs;

/**
 * What of a log can be read, published as one value so that readers always see numbers that belong together.
 *
 * @param size readable bytes
 * @param newlines line ends in them
 * @param midLine the last byte is not a line end
 */
record Extent(long size, long newlines, boolean midLine) {
    static final Extent EMPTY = new Extent(0, 0, false);

    long lines() {
        return newlines + (midLine ? 1 : 0);
    }
}
