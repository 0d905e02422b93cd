package dev.trivet.cli.output;

import java.time.Duration;
import java.util.Locale;

/** How spans of time and numbers of bytes are written for people. */
public final class Amounts {
    private Amounts() {}

    /** Such as {@code 0.4 s}, {@code 12.3 s}, {@code 2 min 5 s}, {@code 1 h 2 min}. */
    public static String duration(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (duration.compareTo(Duration.ofHours(1)) < 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }

    /** Such as {@code 17 B}, {@code 1.5 KiB}, {@code 3.0 GiB}. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        do {
            value /= 1024;
            unit++;
        } while (value >= 1024 && unit < 4);
        return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTP".charAt(unit));
    }
}
