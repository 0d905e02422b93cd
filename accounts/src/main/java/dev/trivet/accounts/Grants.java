package dev.trivet.accounts;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a token may do: everything, or a set of {@link Grant}s. Immutable. */
public final class Grants {
    /** Everything, administration included if its user is an administrator. Written {@code *}. */
    public static final Grants ALL = new Grants(true, new TreeSet<>());

    /** Nothing beyond being known. Written as the empty text. */
    public static final Grants NONE = new Grants(false, new TreeSet<>());

    private static final int MOST = 200;

    private final boolean all;
    private final SortedSet<Grant> set;

    private Grants(boolean all, SortedSet<Grant> set) {
        this.all = all;
        this.set = Collections.unmodifiableSortedSet(set);
    }

    /** Exactly these. */
    public static Grants of(Grant... grants) {
        return new Grants(false, new TreeSet<>(List.of(grants)));
    }

    /**
     * Reads grants separated by spaces or commas; {@code *} alone or among others is everything.
     *
     * @throws IllegalArgumentException if a word is not a grant or there are more than 200
     */
    public static Grants parse(String text) {
        List<String> words = Stream.of(text.split("[\\s,]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
        if (words.size() > MOST) {
            throw new IllegalArgumentException("a token has at most " + MOST + " grants, not " + words.size()
                    + ": name whole dialects (srht/*:read)");
        }
        SortedSet<Grant> parsed = words.stream()
                .filter(word -> !word.equals("*"))
                .map(Grant::parse)
                .collect(Collectors.toCollection(TreeSet::new));
        return words.contains("*") ? ALL : new Grants(false, parsed);
    }

    /** True if these grants are everything. */
    public boolean isAll() {
        return all;
    }

    /** True if the holder may do what {@code needed} asks for. */
    public boolean allows(Grant needed) {
        return all || set.stream().anyMatch(held -> held.includes(needed));
    }

    /** True if whatever {@code other} allows is allowed by these too. */
    public boolean covers(Grants other) {
        return all || (!other.all && other.set.stream().allMatch(this::allows));
    }

    /** The single grants, sorted; empty if these are everything. */
    public SortedSet<Grant> each() {
        return set;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Grants that && that.all == all && that.set.equals(set);
    }

    @Override
    public int hashCode() {
        return Objects.hash(all, set);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return all ? "*" : set.stream().map(Grant::toString).collect(Collectors.joining(" "));
    }
}
