package dev.trivet.logs;

/** An append would have left a hole: bytes before it never arrived. Nothing was stored. */
public final class LogGapException extends LogException {
    private final long expected;

    LogGapException(LogKey key, long expected, long offset) {
        super("append to log " + key + " starts at offset " + offset + ", but only the first " + expected
                + " bytes have arrived: send again from offset " + expected);
        this.expected = expected;
    }

    /** The offset at which the next append must start. */
    public long expected() {
        return expected;
    }
}
