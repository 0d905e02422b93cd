package dev.trivet.srht.manifest;

import java.util.Locale;

/** Finds the key that was meant when a required one is missing and an unknown one looks like it. */
final class KeyGuess {
    private static final int MAX_DISTANCE = 2;

    private KeyGuess() {}

    /** A hint that names a misspelt key if there is one, else the given hint. */
    static String hint(YamlNode.Mapping root, String wanted, String otherwise) {
        if (root.entries().containsKey(wanted)) {
            return otherwise;
        }
        return root.entries().values().stream()
                .map(YamlNode.Entry::key)
                .filter(key -> isClose(key.text().toLowerCase(Locale.ROOT), wanted))
                .findFirst()
                .map(key -> "did you mean '" + wanted + "' by '" + Values.shorten(key.text()) + "' in line "
                        + key.position().line() + "?")
                .orElse(otherwise);
    }

    private static boolean isClose(String word, String wanted) {
        return Math.abs(word.length() - wanted.length()) <= MAX_DISTANCE && distance(word, wanted) <= MAX_DISTANCE;
    }

    /** Levenshtein's distance; both words are a few characters long. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
