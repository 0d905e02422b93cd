package dev.trivet.harmont.pipeline;

import java.util.Arrays;

/** Edges between numbered steps as they are found, in any order and possibly repeated. Not thread-safe. */
final class StepEdges {
    private static final byte BUILDS_IN = 1;
    private static final byte ON_FINISH = 2;

    private int[] from;
    private int[] to;
    private byte[] flags;
    private int size;

    StepEdges(int expected) {
        from = new int[expected];
        to = new int[expected];
        flags = new byte[expected];
    }

    void add(int prerequisite, int dependent, boolean buildsIn, boolean onFinish) {
        if (size == from.length) {
            int length = Math.max(16, size * 2);
            from = Arrays.copyOf(from, length);
            to = Arrays.copyOf(to, length);
            flags = Arrays.copyOf(flags, length);
        }
        from[size] = prerequisite;
        to[size] = dependent;
        flags[size++] = (byte) ((buildsIn ? BUILDS_IN : 0) | (onFinish ? ON_FINISH : 0));
    }

    int size() {
        return size;
    }

    int from(int edge) {
        return from[edge];
    }

    int to(int edge) {
        return to[edge];
    }

    boolean buildsIn(int edge) {
        return (flags[edge] & BUILDS_IN) != 0;
    }

    boolean onFinish(int edge) {
        return (flags[edge] & ON_FINISH) != 0;
    }

    boolean samePair(int one, int other) {
        return from[one] == from[other] && to[one] == to[other];
    }

    /** The edges by dependent, then by prerequisite: two stable counting sorts, so linear. */
    int[] sorted(int steps) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        return sorted(to, sorted(from, order, steps), steps);
    }

    private static int[] sorted(int[] keys, int[] order, int steps) {
        int[] next = new int[steps + 1];
        for (int edge : order) {
            next[keys[edge] + 1]++;
        }
        for (int i = 1; i <= steps; i++) {
            next[i] += next[i - 1];
        }
        int[] sorted = new int[order.length];
        for (int edge : order) {
            sorted[next[keys[edge]]++] = edge;
        }
        return sorted;
    }
}
