package dev.trivet.circus.channel;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a channel offers of a build that has succeeded.
 *
 * @param name as a derivation's may be
 * @param system null if the build does not say which
 * @param meta what is known of it, by the names of nixpkgs
 * @param outputs store paths by the names of outputs, at least one
 */
record Offer(String name, @Nullable String system, SortedMap<String, String> meta, SortedMap<String, String> outputs) {
    private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z+_?=-][0-9a-zA-Z+._?=-]{0,206}");
    private static final int HASH = 33;

    Offer {
        Objects.requireNonNull(name, "name is null");
        meta = new TreeMap<>(meta);
        outputs = new TreeMap<>(outputs);
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException(name + " has no outputs");
        }
    }

    /** The first of these that can be a derivation's name: the one that the build gave its result, or the derivation's. */
    static String name(@Nullable String release, String derivation) {
        if (release != null && NAME.matcher(release).matches()) {
            return release;
        }
        String base = derivation.substring(derivation.lastIndexOf('/') + 1);
        String name = base.endsWith(".drv") ? base.substring(0, base.length() - ".drv".length()) : base;
        String plain = name.length() > HASH && name.charAt(HASH - 1) == '-' ? name.substring(HASH) : name;
        return NAME.matcher(plain).matches() ? plain : "unnamed";
    }

    /** The output that is meant if none is named. */
    String defaultOutput() {
        return outputs.containsKey("out") ? "out" : outputs.firstKey();
    }

    /** Those that are installed if none is named: programs, or whatever there is, and manuals. As nixpkgs has it. */
    List<String> outputsToInstall() {
        String first = outputs.containsKey("bin") ? "bin" : defaultOutput();
        return outputs.containsKey("man") && !first.equals("man") ? List.of(first, "man") : List.of(first);
    }
}
