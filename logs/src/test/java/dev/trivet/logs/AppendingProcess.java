package dev.trivet.logs;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;

/**
 * A server that is going to be killed: goes on with a log from where it is, in pieces of random size, and says after each append
 * what was acknowledged.
 */
final class AppendingProcess {
    private AppendingProcess() {}

    public static void main(String[] arguments) throws Exception {
        LogKey key = new LogKey(Long.parseLong(arguments[1]), 1);
        Random random = new Random(Long.parseLong(arguments[2]));
        PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (LogStore store = LogStore.open(Path.of(arguments[0]), LogSettings.DEFAULT, InstantSource.system())) {
            long end = store.status(key).received();
            byte[] piece = new byte[20_000];
            while (true) {
                // a writer in doubt repeats what it sent last
                long from = Math.max(0, end - random.nextInt(2000));
                int length = (int) (end - from) + 1 + random.nextInt(piece.length - 2000);
                for (int i = 0; i < length; i++) {
                    piece[i] = letter(from + i);
                }
                end = store.append(key, from, piece, 0, length).end();
                acknowledged.println(end);
            }
        }
    }

    /** The byte that belongs at a place: any hole, repetition or reorder is seen at once. */
    static byte letter(long at) {
        long mixed = (at / 8 + 1) * 0x9E3779B97F4A7C15L >>> (at % 8) * 8;
        return (byte) (mixed % 37 == 0 ? '\n' : mixed);
    }
}
