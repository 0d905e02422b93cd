package dev.trivet.circus;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * Ids that grow with time (version 7 of RFC 9562): rows that are written one after the other lie beside each other in every index, where those
 * with random ids touch a page each. Thread-safe.
 */
final class GrowingIds {
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Twelve bits tell the fraction of a millisecond. */
    private static final long FRACTIONS = 1L << 12;

    private static final long VERSION = 7L << 12;

    private GrowingIds() {}

    /** A new one. Its last 62 bits are random: two of the same instant differ, and neither follows from the other. */
    static UUID next(Instant now) {
        Objects.requireNonNull(now, "now is null");
        long nanos = now.getNano();
        long millis = now.getEpochSecond() * MILLIS_PER_SECOND + nanos / NANOS_PER_MILLI;
        long fraction = nanos % NANOS_PER_MILLI * FRACTIONS / NANOS_PER_MILLI;
        long high = (millis << 16) | VERSION | fraction;
        return new UUID(high, UUID.randomUUID().getLeastSignificantBits());
    }
}
