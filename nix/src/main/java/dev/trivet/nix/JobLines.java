package dev.trivet.nix;

import dev.trivet.nix.EvaluationLine.Constituent;
import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.EvaluationLine.Meta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes a line of what an evaluator says of a job, with what stands in its derivation. */
final class JobLines {
    private static final int LONGEST = 4096;
    private static final long LARGEST = 64 << 20;

    private JobLines() {}

    /**
     * Reads the derivation too, which has to be one in the store: an expression may name whatever it likes.
     *
     * @param json has drvPath, system, outputs, and perhaps meta, isAggregate and constituents
     */
    static EvaluationLine of(Nix nix, String attr, JsonNode json) {
        String path = json.path("drvPath").stringValue("");
        Derivation derivation;
        try {
            derivation = Derivation.parse(read(nix, path));
        } catch (IOException | IllegalArgumentException unreadable) {
            return new EvaluationLine.Failure(
                    attr, "the derivation " + Words.end(path) + " cannot be read: " + unreadable.getMessage());
        }
        Map<String, String> outputs = new HashMap<>();
        json.path("outputs")
                .properties()
                .forEach(
                        output -> outputs.put(output.getKey(), output.getValue().stringValue("")));
        List<Constituent> constituents = new ArrayList<>();
        for (JsonNode part : json.path("constituents")) {
            constituents.add(
                    part.isString()
                            ? new Constituent(part.stringValue(), null)
                            : new Constituent(
                                    part.path("job").stringValue(null),
                                    part.path("drv").stringValue(null)));
        }
        return new Job(
                attr,
                json.path("name").stringValue(attr),
                json.path("system").stringValue(derivation.system()),
                path,
                outputs,
                derivation.inputDerivations().keySet().stream().sorted().toList(),
                derivation.requiredFeatures(),
                derivation.fixedHash().orElse(null),
                meta(json.path("meta")),
                json.path("isAggregate").asBoolean(!constituents.isEmpty()),
                constituents);
    }

    private static String read(Nix nix, String path) throws IOException {
        Path file = Path.of(path);
        if (!nix.storeDirectory().equals(file.getParent()) || !path.endsWith(".drv")) {
            throw new IOException("it is no derivation in the store " + nix.storeDirectory());
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            throw new IOException("it is no file of at most " + LARGEST + " bytes");
        }
        return Files.readString(file);
    }

    private static Meta meta(JsonNode meta) {
        return new Meta(
                text(meta.path("description")),
                names(meta.path("license"), "spdxId", "shortName", "fullName"),
                text(meta.path("homepage")),
                names(meta.path("maintainers"), "email", "github", "name"),
                number(meta.path("schedulingPriority")),
                number(meta.path("timeout")),
                number(meta.path("maxSilent")));
    }

    private static @Nullable String text(JsonNode node) {
        String text = node.isArray() && !node.isEmpty() ? node.get(0).stringValue(null) : node.stringValue(null);
        return text == null ? null : text.substring(0, Math.min(LONGEST, text.length()));
    }

    /** One or many things that have names under one of these keys. */
    private static @Nullable String names(JsonNode node, String... keys) {
        List<JsonNode> all = node.isArray() ? node.valueStream().toList() : List.of(node);
        String names = all.stream()
                .map(one -> {
                    String text = one.stringValue(null);
                    for (int key = 0; text == null && key < keys.length; key++) {
                        text = one.path(keys[key]).stringValue(null);
                    }
                    return text == null ? "" : text;
                })
                .filter(name -> !name.isEmpty())
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? null : names.substring(0, Math.min(LONGEST, names.length()));
    }

    private static @Nullable Integer number(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null;
    }
}
