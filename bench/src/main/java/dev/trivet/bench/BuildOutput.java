package dev.trivet.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** Text such as a compiler prints, the same every time. */
final class BuildOutput {
    private static final int SEED = 42;
    private static final String[] LINES = {
        "cc -O2 -g -Wall -Wextra -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Iinclude -c src/module_%d.c -o obj/%d.o",
        "[%d/4096] Compiling trivet-core v0.1.%d (/home/build/project)",
        "src/module_%d.c:%d:17: warning: unused variable 'token' [-Wunused-variable]",
        "ok %d - the answer is %d",
        "\u001b[32mPASS\u001b[0m test/case_%d (%d ms)",
        "",
    };

    private BuildOutput() {}

    /** Exactly {@code length} bytes of lines, the last one perhaps cut. */
    static byte[] of(int length) {
        var random = new Random(SEED);
        var text = new StringBuilder(length + 256);
        while (text.length() < length) {
            String line = LINES[random.nextInt(LINES.length)];
            text.append(String.format(Locale.ROOT, line, random.nextInt(9999), random.nextInt(9999)))
                    .append('\n');
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }
}
