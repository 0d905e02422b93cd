package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * A pattern for the names of branches and tags (spec section 6.2): {@code *} is any run of characters, slashes included, {@code ?} exactly
 * one character, everything else itself; it has to fit the whole name. One pass over the name, whatever the pattern. Immutable, thread-safe.
 */
public final class Glob {
    /** Longest pattern, in UTF-16 units. */
    public static final int LONGEST = 1024;

    private final String pattern;
    private final int length;

    /** Bit i of the state says: the first i characters of the pattern, stars left out, have been matched. Here are those before a star. */
    private final BigInteger loops;

    private final BigInteger anything;
    private final Map<Integer, BigInteger> steps = new HashMap<>();

    /** @throws IllegalArgumentException when it is longer than {@link #LONGEST} */
    public Glob(String pattern) {
        this.pattern = requireNonNull(pattern, "pattern is null");
        if (pattern.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a pattern has at most " + LONGEST + " characters, not " + pattern.length());
        }
        BigInteger stars = BigInteger.ZERO;
        BigInteger questions = BigInteger.ZERO;
        int at = 0;
        for (int c : pattern.codePoints().toArray()) {
            switch (c) {
                case '*' -> stars = stars.setBit(at);
                case '?' -> questions = questions.setBit(at++);
                default -> steps.put(c, steps.getOrDefault(c, BigInteger.ZERO).setBit(at++));
            }
        }
        this.length = at;
        this.loops = stars;
        this.anything = questions;
    }

    /** Whether it fits this name as a whole. */
    public boolean matches(String name) {
        BigInteger state = BigInteger.ONE;
        int at = 0;
        while (at < name.length() && state.signum() != 0) {
            int c = name.codePointAt(at);
            BigInteger step = steps.getOrDefault(c, BigInteger.ZERO).or(anything);
            state = state.and(step).shiftLeft(1).or(state.and(loops));
            at += Character.charCount(c);
        }
        return state.testBit(length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Glob glob && glob.pattern.equals(pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
