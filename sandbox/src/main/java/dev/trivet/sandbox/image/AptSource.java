package dev.trivet.sandbox.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One stanza or line of apt's sources: where packages come from.
 *
 * @param keyring path of the keyring it is verified with; empty for apt's trusted ones
 */
record AptSource(List<String> uris, List<String> suites, List<String> components, String keyring) {
    AptSource {
        uris = List.copyOf(uris);
        suites = List.copyOf(suites);
        components = List.copyOf(components);
    }

    /** Stanzas of a {@code .sources} file; disabled ones and those for source packages only are left out. */
    static List<AptSource> parseStanzas(String text) {
        List<AptSource> sources = new ArrayList<>();
        for (String stanza : text.replaceAll("(?m)^#.*\\R?", "").split("\\n\\s*\\n", -1)) {
            Map<String, String> fields = new HashMap<>();
            for (String field : stanza.strip().split("\\n(?=\\S)", -1)) {
                int colon = field.indexOf(':');
                if (colon > 0) {
                    fields.put(
                            field.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                            field.substring(colon + 1).strip());
                }
            }
            boolean enabled = !fields.getOrDefault("enabled", "yes").equalsIgnoreCase("no");
            if (enabled && words(fields.getOrDefault("types", "")).contains("deb")) {
                sources.add(new AptSource(
                        words(fields.getOrDefault("uris", "")),
                        words(fields.getOrDefault("suites", "")),
                        words(fields.getOrDefault("components", "")),
                        fields.getOrDefault("signed-by", "")));
            }
        }
        return sources;
    }

    /** The {@code deb} lines of a {@code .list} file. */
    static List<AptSource> parseLines(String text) {
        List<AptSource> sources = new ArrayList<>();
        for (String line : text.split("\\R", -1)) {
            String rest = line.replaceFirst("#.*", "").strip();
            if (!rest.startsWith("deb ") && !rest.startsWith("deb\t")) {
                continue;
            }
            rest = rest.substring(4).strip();
            String keyring = "";
            if (rest.startsWith("[") && rest.indexOf(']') > 0) {
                keyring = words(rest.substring(1, rest.indexOf(']'))).stream()
                        .filter(option -> option.startsWith("signed-by="))
                        .map(option -> option.substring("signed-by=".length()))
                        .findFirst()
                        .orElse("");
                rest = rest.substring(rest.indexOf(']') + 1).strip();
            }
            List<String> words = words(rest);
            if (words.size() >= 3) {
                sources.add(new AptSource(
                        List.of(words.get(0)), List.of(words.get(1)), words.subList(2, words.size()), keyring));
            }
        }
        return sources;
    }

    /** The line form, one for each address and suite. */
    List<String> lines() {
        String options = keyring.isEmpty() ? "" : "[signed-by=" + keyring + "] ";
        return uris.stream()
                .flatMap(uri -> suites.stream()
                        .map(suite -> "deb " + options + uri + " " + suite + " " + String.join(" ", components)))
                .toList();
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
