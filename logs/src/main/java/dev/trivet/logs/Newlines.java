package dev.trivet.logs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Counts and finds line ends, eight bytes at a time. */
final class Newlines {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ALL_NEWLINES = 0x0a0a0a0a0a0a0a0aL;
    private static final long LOW_SEVEN = 0x7f7f7f7f7f7f7f7fL;

    private Newlines() {}

    /** How many line ends there are in the given part. */
    static int count(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        int count = 0;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            count += Long.bitCount(zeroBytes((long) LONGS.get(bytes, at) ^ ALL_NEWLINES));
        }
        for (; at < end; at++) {
            if (bytes[at] == '\n') {
                count++;
            }
        }
        return count;
    }

    /** The index of the n-th (from 1) line end in the given part; there must be that many. */
    static int indexOf(byte[] bytes, int offset, int length, long n) {
        int end = offset + length;
        int at = offset;
        long left = n;
        while (at <= end - Long.BYTES) {
            int here = Long.bitCount(zeroBytes((long) LONGS.get(bytes, at) ^ ALL_NEWLINES));
            if (here >= left) {
                break;
            }
            left -= here;
            at += Long.BYTES;
        }
        for (; at < end; at++) {
            if (bytes[at] == '\n' && --left == 0) {
                return at;
            }
        }
        throw new IllegalArgumentException("there are fewer than " + n + " line ends in " + length + " bytes");
    }

    /** The top bit of each byte that is zero; exact, without carries between the bytes. */
    private static long zeroBytes(long word) {
        return ~(((word & LOW_SEVEN) + LOW_SEVEN) | word | LOW_SEVEN);
    }
}
