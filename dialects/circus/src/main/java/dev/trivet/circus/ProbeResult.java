package dev.trivet.circus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a repository offers.
 *
 * @param error why it is no flake, null if it is one
 */
record ProbeResult(
        @JsonProperty("is_flake") boolean isFlake,
        List<Output> outputs,
        @JsonProperty("suggested_jobsets") List<Suggestion> suggestedJobsets,
        Metadata metadata,
        @Nullable String error) {
    ProbeResult {
        outputs = List.copyOf(outputs);
        suggestedJobsets = List.copyOf(suggestedJobsets);
    }

    static ProbeResult noFlake(String url, String error) {
        return new ProbeResult(false, List.of(), List.of(), new Metadata(null, url), error);
    }

    /** @param systems those that the output has something for, sorted */
    record Output(String path, @JsonProperty("output_type") String outputType, List<String> systems) {}

    /** @param priority the higher, the likelier it is what is wanted */
    record Suggestion(
            String name, @JsonProperty("nix_expression") String nixExpression, String description, int priority) {}

    record Metadata(@Nullable String description, String url) {}
}
