package dev.trivet.nix.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@link NarInfo}. For one text. */
final class NarInfoParser {
    private static final int LONGEST = 1 << 20;
    private static final String UNKNOWN_DERIVER = "unknown-deriver";

    private final String store;
    private final Map<String, String> fields = new HashMap<>();
    private final List<Signature> signatures = new ArrayList<>();

    private NarInfoParser(String store) {
        this.store = store;
    }

    static NarInfo parse(String store, String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("a narinfo file has at most " + LONGEST + " characters");
        }
        var parser = new NarInfoParser(store);
        text.lines().filter(line -> !line.isEmpty()).forEach(parser::line);
        return parser.info();
    }

    private void line(String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "a line of a narinfo file is NAME: VALUE, unlike '" + shortened(line) + "'");
        }
        String name = line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        if (name.equals("Sig")) {
            signatures.add(Signature.parse(value));
        } else if (fields.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("a narinfo file has one line " + name + ", not two");
        }
    }

    private NarInfo info() {
        return new NarInfo(
                StorePath.parse(store, required("StorePath")),
                required("URL"),
                // Nix reads a missing one so.
                fields.getOrDefault("Compression", "bzip2"),
                fields.containsKey("FileHash") ? NixHash.parse(required("FileHash")) : null,
                fields.containsKey("FileSize") ? number("FileSize") : null,
                NixHash.parse(required("NarHash")),
                number("NarSize"),
                Stream.of(fields.getOrDefault("References", "").split(" "))
                        .filter(reference -> !reference.isEmpty())
                        .toList(),
                deriver(),
                fields.get("CA"),
                signatures);
    }

    private @Nullable String deriver() {
        String deriver = fields.get("Deriver");
        return deriver == null || deriver.isEmpty() || deriver.equals(UNKNOWN_DERIVER)
                ? null
                : StorePath.ofBaseName(store, deriver).baseName();
    }

    private String required(String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("a narinfo file has a line " + name + ", this one does not");
        }
        return value;
    }

    private long number(String name) {
        String value = required(name);
        try {
            return Long.parseUnsignedLong(value) >= 0 ? Long.parseLong(value) : -1;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number of bytes, not '" + shortened(value) + "'", e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
