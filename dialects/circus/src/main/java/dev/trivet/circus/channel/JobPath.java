package dev.trivet.circus.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The place of a job in a set of attributes: its name at dots, where what stands in quotes is one word ({@code a."b.c"}). Ordered word by
 * word, so that a place comes directly before those below it.
 *
 * @param words at least one
 */
record JobPath(List<String> words) implements Comparable<JobPath> {
    JobPath {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a place has at least one word");
        }
    }

    /** The place of a job; empty if its name has no word at all. Words that are empty do not count, as with Hydra. */
    static Optional<JobPath> of(String job) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < job.length()) {
            StringBuilder word = new StringBuilder();
            int end = job.charAt(at) == '"' ? quoted(job, at, word) : -1;
            if (end < 0) {
                int dot = job.indexOf('.', at);
                end = dot < 0 ? job.length() : dot;
                word.setLength(0);
                word.append(job, at, end);
            }
            if (!word.isEmpty()) {
                words.add(word.toString());
            }
            at = end + 1;
        }
        return words.isEmpty() ? Optional.empty() : Optional.of(new JobPath(words));
    }

    /** Reads a string of Nix that is a whole word; answers where it ends, or -1 if it is none. */
    private static int quoted(String job, int from, StringBuilder word) {
        for (int at = from + 1; at < job.length(); at++) {
            char c = job.charAt(at);
            if (c == '"') {
                boolean whole = at + 1 == job.length() || job.charAt(at + 1) == '.';
                return whole ? at + 1 : -1;
            }
            if (c == '\\' && at + 1 < job.length()) {
                at++;
                char escaped = job.charAt(at);
                word.append(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> escaped;
                        });
            } else {
                word.append(c);
            }
        }
        return -1;
    }

    String last() {
        return words.getLast();
    }

    boolean isBelow(JobPath other) {
        return words.size() > other.words.size()
                && words.subList(0, other.words.size()).equals(other.words);
    }

    @Override
    public int compareTo(JobPath other) {
        for (int i = 0; i < Math.min(words.size(), other.words.size()); i++) {
            int order = words.get(i).compareTo(other.words.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(words.size(), other.words.size());
    }
}
