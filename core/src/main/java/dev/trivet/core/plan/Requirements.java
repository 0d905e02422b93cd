package dev.trivet.core.plan;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a job needs of a runner: a system such as {@code x86_64-linux}, features, labels; plain words. A runner provides a set,
 * and may insist on some of it.
 */
public record Requirements(Set<String> words) {
    public static final Requirements NONE = new Requirements(Set.of());

    public Requirements {
        for (String word : words) {
            if (!word.matches("[A-Za-z0-9][A-Za-z0-9_.:/=+-]{0,127}")) {
                throw new IllegalArgumentException(
                        "a requirement is a word of letters, digits and _.:/=+-, not: " + word);
            }
        }
        words = Set.copyOf(words);
    }

    public static Requirements of(String... words) {
        return new Requirements(Set.of(words));
    }

    /** Whether a runner with {@code provided} that takes only jobs asking for all of {@code mandatory} may run it. */
    public boolean matchedBy(Set<String> provided, Set<String> mandatory) {
        return provided.containsAll(words) && words.containsAll(mandatory);
    }

    /** The words in one fixed order. */
    public String[] sorted() {
        return new TreeSet<>(words).toArray(String[]::new);
    }
}
