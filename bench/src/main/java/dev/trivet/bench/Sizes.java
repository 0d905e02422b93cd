package dev.trivet.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How large a benchmark is: named whole numbers that the command line may change, as {@code backlog=1000000}. Immutable.
 *
 * @param chosen what was said
 */
record Sizes(Map<String, Integer> chosen) {
    /** Every size that a benchmark asks for, with what it means. */
    static final Map<String, String> KNOWN = known();

    static final Sizes DEFAULT = new Sizes(Map.of());

    Sizes {
        chosen = Map.copyOf(chosen);
    }

    private static Map<String, String> known() {
        Map<String, String> known = new LinkedHashMap<>();
        known.put("seconds", "length of one round of lifecycles and of watching (5)");
        known.put("clients", "concurrent clients of lifecycles, both sides (16)");
        known.put("backlog", "jobs queued in claim's large backlog (200000)");
        known.put("samples", "jobs measured by claim (1000), or started by first-byte (30)");
        known.put("megabytes", "bytes of log-ingest, in millions (256), files of fork (500), or of nar (400)");
        known.put("jobs", "jobs of the graph (1000)");
        known.put("layers", "layers of the graph (50)");
        known.put("large", "jobs of the large submission of graph (10000)");
        known.put("runners", "runners of graph (16)");
        known.put("lines", "results of evaluation (50000)");
        known.put("watchers", "watchers of log-ingest (1000)");
        known.put("starts", "starts of each kind in start (5)");
        known.put("idle", "seconds of idleness before memory looks (10)");
        return known;
    }

    /**
     * Reads {@code NAME=NUMBER} words.
     *
     * @throws IllegalArgumentException if one is not of this form, or names no size
     */
    static Sizes parse(List<String> words) {
        Map<String, Integer> chosen = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String value = word.substring(equals + 1);
            if (equals < 0 || !KNOWN.containsKey(name) || !value.matches("[1-9][0-9]{0,8}")) {
                throw new IllegalArgumentException(
                        "not a size: " + word + ". Sizes are NAME=NUMBER with " + String.join(", ", KNOWN.keySet()));
            }
            chosen.put(name, Integer.valueOf(value));
        }
        return new Sizes(chosen);
    }

    /** The size of this name. */
    int of(String name, int otherwise) {
        if (!KNOWN.containsKey(name)) {
            throw new IllegalArgumentException("no such size: " + name);
        }
        return chosen.getOrDefault(name, otherwise);
    }
}
