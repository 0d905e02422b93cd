package dev.trivet.cli.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One job of a build as a server shows it (spec harmont section 2.2). Immutable; what a server leaves out is empty.
 *
 * @param json all that the server said
 */
public record BuildJob(JsonNode json) {
    private static final Set<String> ENDS = Set.of("passed", "failed", "skipped", "canceled", "timed_out");
    private static final Set<String> BEFORE_LOG = Set.of("pending", "scheduled", "assigned");

    public BuildJob {
        Objects.requireNonNull(json, "json is null");
    }

    /** The server's id of it. */
    public String id() {
        return json.path("id").asString("");
    }

    /** Its name in the pipeline, unique in its build. */
    public String key() {
        return json.path("step_key").asString("");
    }

    /** The word for its state. */
    public String state() {
        return json.path("state").asString("");
    }

    /** True when nothing of it will change any more. */
    public boolean ended() {
        return ENDS.contains(state());
    }

    /** True if it failed in a way that its pipeline allows. */
    public boolean softFailed() {
        return json.path("soft_failed").asBoolean(false);
    }

    /** True if it failed, and its build with it. */
    public boolean failed() {
        return state().equals("failed") && !softFailed();
    }

    /** True if its time was up, and its build failed by it. */
    public boolean timedOut() {
        return state().equals("timed_out") && !softFailed();
    }

    /** True if it has been at work; one that was answered from the cache has not. */
    public boolean started() {
        return text("started_at").isPresent();
    }

    /** True if there is a log of it, or a word of the server's why it never began. */
    public boolean hasLog() {
        return !BEFORE_LOG.contains(state()) && (started() || state().equals("failed"));
    }

    /** Exit code of its command, once there is one. */
    public OptionalInt exitCode() {
        JsonNode code = json.path("exit_code");
        return code.isNumber() ? OptionalInt.of(code.asInt()) : OptionalInt.empty();
    }

    /** Ids of the jobs that it waits for. */
    public List<String> dependsOn() {
        return json.path("depends_on").valueStream().map(id -> id.asString("")).toList();
    }

    /** What a member says, such as {@code error_message}; empty if it says nothing. */
    public Optional<String> text(String member) {
        return Job.text(json.path(member));
    }
}
