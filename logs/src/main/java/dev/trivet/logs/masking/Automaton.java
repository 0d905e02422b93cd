package dev.trivet.logs.masking;

import java.util.Arrays;
import java.util.List;

/**
 * Aho-Corasick over bytes, laid out for the usual case that nothing matches. States are numbered breadth first, so the shallow
 * ones come first and the children of a state stand side by side. Shallow states have a full row of transitions over byte classes
 * (bytes that no pattern contains share one class): text without secrets costs one look-up per byte. The many deep states keep
 * only their children; a miss follows failure links until a row answers. So memory is linear in the bytes of the patterns.
 *
 * <p>A state is passed around as a <em>code</em>: for one with a row the start of its row, for a deeper one {@link #rowEnd} and
 * above.
 */
final class Automaton {
    /** The code of the start state. */
    static final int START = 0;

    /** Patterns have at least that many bytes; so no state with a row completes one, and the fast path need not look. */
    static final int MIN_PATTERN = 4;

    private static final int MAX_ROW_DEPTH = MIN_PATTERN - 1;
    private static final int MAX_ROW_ENTRIES = 1 << 19;

    private final byte[] label;
    private final int[] firstChild;
    private final int[] fail;
    private final int[] depth;
    private final int[] longestMatch;
    private final int[] byteClass = new int[256];
    private final int classes;
    private final int rowStates;

    /** Transitions of the states with a row: row start + byte class to code. */
    final int[] rows;

    /** Codes from here on are states without a row. */
    final int rowEnd;

    Automaton(List<byte[]> patterns) {
        Trie trie = new Trie(patterns);
        label = trie.label;
        firstChild = trie.firstChild;
        depth = trie.depth;
        longestMatch = trie.patternLength;
        fail = new int[depth.length];
        linkFailures();
        classes = classifyBytes();
        rowStates = countRowStates();
        rowEnd = rowStates * classes;
        rows = fillRows();
    }

    boolean isEmpty() {
        return depth.length == 1;
    }

    /** The class of each byte, by its unsigned value. */
    int[] byteClass() {
        return byteClass;
    }

    /** The next state of one without a row. */
    int stepDeep(int code, byte next) {
        int state = code - rowEnd + rowStates;
        do {
            int child = child(state, next);
            if (child >= 0) {
                return codeOf(child);
            }
            state = fail[state];
        } while (state >= rowStates);
        return rows[state * classes + byteClass[next & 0xff]];
    }

    /** Length of the longest pattern that ends here; 0 if none does. */
    int longestMatch(int code) {
        return code < rowEnd ? 0 : longestMatch[code - rowEnd + rowStates];
    }

    /** How many of the last bytes may still become a pattern. */
    int livePrefix(int code) {
        return depth[code < rowEnd ? code / classes : code - rowEnd + rowStates];
    }

    private int codeOf(int state) {
        return state < rowStates ? state * classes : state - rowStates + rowEnd;
    }

    private int child(int state, byte next) {
        for (int child = firstChild[state]; child < firstChild[state + 1]; child++) {
            if (label[child] == next) {
                return child;
            }
        }
        return -1;
    }

    private void linkFailures() {
        for (int state = 0; state < depth.length; state++) {
            for (int child = firstChild[state]; child < firstChild[state + 1]; child++) {
                fail[child] = state == 0 ? 0 : failureOf(state, label[child]);
                longestMatch[child] = Math.max(longestMatch[child], longestMatch[fail[child]]);
            }
        }
    }

    private int failureOf(int parent, byte next) {
        int state = parent;
        while (state != 0) {
            state = fail[state];
            int child = child(state, next);
            if (child >= 0) {
                return child;
            }
        }
        return 0;
    }

    /** Class 0 is for the bytes that no pattern contains. */
    private int classifyBytes() {
        int next = 1;
        for (int state = 1; state < label.length; state++) {
            int value = label[state] & 0xff;
            if (byteClass[value] == 0) {
                byteClass[value] = next++;
            }
        }
        return next;
    }

    /** All states up to the greatest depth whose rows fit into the bound; the start state always. */
    private int countRowStates() {
        int count = 1;
        for (int limit = 1; limit <= MAX_ROW_DEPTH; limit++) {
            int states = count;
            while (states < depth.length && depth[states] <= limit) {
                states++;
            }
            if ((long) states * classes > MAX_ROW_ENTRIES) {
                break;
            }
            count = states;
        }
        return count;
    }

    private int[] fillRows() {
        int[] table = new int[rowEnd];
        for (int state = 0; state < rowStates; state++) {
            int row = state * classes;
            if (state > 0) {
                System.arraycopy(table, fail[state] * classes, table, row, classes);
            }
            for (int child = firstChild[state]; child < firstChild[state + 1]; child++) {
                table[row + byteClass[label[child] & 0xff]] = codeOf(child);
            }
        }
        return table;
    }

    /** The patterns as a tree whose nodes are numbered breadth first. */
    private static final class Trie {
        final byte[] label;
        final int[] firstChild;
        final int[] depth;
        final int[] patternLength;

        /** Sorted patterns that share a prefix stand side by side: a node is a range of them and a depth. */
        Trie(List<byte[]> patterns) {
            byte[][] sorted = patterns.toArray(byte[][]::new);
            Arrays.sort(sorted, Arrays::compare);
            int capacity = 1;
            for (byte[] pattern : sorted) {
                if (pattern.length < MIN_PATTERN) {
                    throw new IllegalArgumentException("a pattern needs at least " + MIN_PATTERN + " bytes");
                }
                capacity = Math.addExact(capacity, pattern.length);
            }
            byte[] labels = new byte[capacity];
            int[] children = new int[capacity + 1];
            int[] depths = new int[capacity];
            int[] lengths = new int[capacity];
            int[] from = new int[capacity];
            int[] to = new int[capacity];
            to[0] = sorted.length;
            int nodes = 1;
            for (int node = 0; node < nodes; node++) {
                children[node] = nodes;
                int at = depths[node];
                int first = from[node];
                while (first < to[node]) {
                    if (sorted[first].length == at) {
                        lengths[node] = at;
                        first++;
                        continue;
                    }
                    int last = first + 1;
                    while (last < to[node] && sorted[last].length > at && sorted[last][at] == sorted[first][at]) {
                        last++;
                    }
                    labels[nodes] = sorted[first][at];
                    depths[nodes] = at + 1;
                    from[nodes] = first;
                    to[nodes] = last;
                    nodes++;
                    first = last;
                }
            }
            children[nodes] = nodes;
            label = Arrays.copyOf(labels, nodes);
            firstChild = Arrays.copyOf(children, nodes + 1);
            depth = Arrays.copyOf(depths, nodes);
            patternLength = Arrays.copyOf(lengths, nodes);
        }
    }
}
