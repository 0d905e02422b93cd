package dev.trivet.circus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code nix flake show --json} says, as what a probe answers (spec section 2.4). */
final class FlakeOutputs {
    private static final Pattern SYSTEM = Pattern.compile(".*-.*(?:linux|darwin).*|.*(?:linux|darwin).*-.*");

    private static final List<Known> KNOWN = List.of(
            new Known("hydraJobs", "derivation", 10, "What the flake declares for continuous integration"),
            new Known("checks", "derivation", 7, "The flake's checks"),
            new Known("packages", "derivation", 6, "The flake's packages"),
            new Known("legacyPackages", "derivation", 5, "The flake's nested packages"),
            new Known("devShells", "derivation", 3, "The flake's development shells"),
            new Known("nixosConfigurations", "configuration", 0, ""),
            new Known("nixosModules", "module", 0, ""),
            new Known("overlays", "overlay", 0, ""));

    private FlakeOutputs() {}

    /** @param url the repository's, for the answer */
    static ProbeResult of(JsonNode shown, String url) {
        List<ProbeResult.Output> outputs = new ArrayList<>();
        List<ProbeResult.Suggestion> suggestions = new ArrayList<>();
        for (Known known : KNOWN) {
            JsonNode output = shown.get(known.path());
            if (output == null || output.isNull()) {
                continue;
            }
            outputs.add(new ProbeResult.Output(known.path(), known.type(), systems(output)));
            if (known.priority() > 0) {
                suggestions.add(
                        new ProbeResult.Suggestion(known.path(), known.path(), known.description(), known.priority()));
            }
        }
        suggestions.sort(
                Comparator.comparingInt(ProbeResult.Suggestion::priority).reversed());
        return new ProbeResult(true, outputs, suggestions, new ProbeResult.Metadata(description(shown), url), null);
    }

    private static List<String> systems(JsonNode output) {
        Set<String> systems = new TreeSet<>();
        output.propertyNames().stream()
                .filter(name -> SYSTEM.matcher(name).matches())
                .forEach(systems::add);
        return List.copyOf(systems);
    }

    private static @Nullable String description(JsonNode shown) {
        JsonNode description = shown.get("description");
        return description != null && description.isString() ? description.stringValue() : null;
    }

    private record Known(String path, String type, int priority, String description) {}
}
