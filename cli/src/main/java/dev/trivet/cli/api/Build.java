package dev.trivet.cli.api;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A build as a server shows it (spec harmont section 2.2). Immutable; what a server leaves out is empty.
 *
 * @param json all that the server said
 */
public record Build(JsonNode json) {
    private static final Set<String> ENDS = Set.of("passed", "failed", "canceled");

    public Build {
        Objects.requireNonNull(json, "json is null");
    }

    /** Its number in its pipeline. */
    public int number() {
        return json.path("number").asInt(0);
    }

    /** The word for its state. */
    public String state() {
        return json.path("state").asString("");
    }

    /** True when nothing of it will change any more. */
    public boolean ended() {
        return ENDS.contains(state());
    }

    /** What a member says, such as {@code branch}; empty if it says nothing. */
    public Optional<String> text(String member) {
        return Job.text(json.path(member));
    }
}
