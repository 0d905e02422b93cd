package dev.trivet.logs;

import java.nio.charset.StandardCharsets;

/**
 * The limit that a log reached.
 *
 * @param kept bytes of the writer that were kept; -1 if no limit was reached
 * @param limit the limit in bytes, as the notice names it
 * @param received bytes of the writer that were accepted when this was recorded; more may have been dropped since
 */
record Limit(long kept, long limit, long received) {
    static final Limit NONE = new Limit(-1, -1, -1);

    boolean reached() {
        return kept >= 0;
    }

    /** The last line of a log at its limit; a line that was cut by the limit is ended first. */
    byte[] notice(boolean midLine) {
        String text = (midLine ? "\n" : "") + "[trivet] log limit of " + inWords(limit)
                + " reached: further output is not kept\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String inWords(long bytes) {
        if (bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " bytes";
    }
}
