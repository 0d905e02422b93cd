package dev.trivet.circus.notify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is told of a build.
 *
 * @param status where it stood when this happened, as the database has it
 * @param buildOutput the path of its result, or null
 * @param projectUrl of its repository
 */
public record BuildEvent(
        UUID buildId,
        String status,
        String jobName,
        String drvPath,
        @Nullable String buildOutput,
        String projectName,
        String projectUrl,
        String commitHash) {
    public BuildEvent {
        Objects.requireNonNull(buildId, "buildId is null");
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(jobName, "jobName is null");
        Objects.requireNonNull(projectUrl, "projectUrl is null");
    }

    /** As administrators see it in a task. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("build_id", buildId);
        json.put("status", status);
        json.put("job_name", jobName);
        json.put("drv_path", drvPath);
        json.put("build_output", buildOutput);
        json.put("project_name", projectName);
        json.put("project_url", projectUrl);
        json.put("commit_hash", commitHash);
        return json;
    }

    /** @throws IllegalArgumentException if it is none */
    static BuildEvent of(JsonNode json) {
        JsonNode output = json.path("build_output");
        return new BuildEvent(
                UUID.fromString(text(json, "build_id")),
                text(json, "status"),
                text(json, "job_name"),
                text(json, "drv_path"),
                output.isString() ? output.stringValue() : null,
                text(json, "project_name"),
                text(json, "project_url"),
                text(json, "commit_hash"));
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isString()) {
            throw new IllegalArgumentException("the event of a build has no " + name);
        }
        return value.stringValue();
    }
}
