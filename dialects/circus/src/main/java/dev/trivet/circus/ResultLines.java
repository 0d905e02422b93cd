package dev.trivet.circus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Cuts bytes into lines. For one thread. */
final class ResultLines {
    /** A line of a program; a longer one is dropped. */
    private static final int LONGEST = 32 << 20;

    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean dropping;

    void add(byte[] bytes, int count) {
        int from = 0;
        for (int at = 0; at < count; at++) {
            if (bytes[at] == '\n') {
                keep(bytes, from, at - from);
                if (!dropping) {
                    lines.add(begun.toString(StandardCharsets.UTF_8));
                }
                begun.reset();
                dropping = false;
                from = at + 1;
            }
        }
        keep(bytes, from, count - from);
    }

    private void keep(byte[] bytes, int from, int count) {
        if (begun.size() + count > LONGEST) {
            dropping = true;
            begun.reset();
        }
        if (!dropping) {
            begun.write(bytes, from, count);
        }
    }

    /** How many whole lines there are. */
    int size() {
        return lines.size();
    }

    /** The first lines, at most so many; they are not there any more then. */
    List<String> next(int most) {
        List<String> first = new ArrayList<>(Math.min(most, lines.size()));
        while (first.size() < most && !lines.isEmpty()) {
            first.add(lines.removeFirst());
        }
        return first;
    }

    /** All that is left, with what has no line end. */
    List<String> rest() {
        if (begun.size() > 0 && !dropping) {
            lines.add(begun.toString(StandardCharsets.UTF_8));
            begun.reset();
        }
        return next(lines.size());
    }
}
