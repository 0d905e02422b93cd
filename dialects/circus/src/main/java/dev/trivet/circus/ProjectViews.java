package dev.trivet.circus;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Projects and what belongs to them as JSON: exactly the columns of spec section 1.3. */
public final class ProjectViews {

    private ProjectViews() {}

    public static Map<String, @Nullable Object> project(Project project) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", project.id());
        json.put("name", project.name());
        json.put("description", project.description());
        json.put("repository_url", project.repositoryUrl());
        json.put("created_at", project.createdAt());
        json.put("updated_at", project.updatedAt());
        return json;
    }

    public static Map<String, @Nullable Object> jobset(Jobset jobset) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", jobset.id());
        json.put("project_id", jobset.projectId());
        json.put("name", jobset.name());
        json.put("nix_expression", jobset.nixExpression());
        json.put("enabled", jobset.enabled());
        json.put("flake_mode", jobset.flakeMode());
        json.put("check_interval", jobset.checkInterval());
        json.put("branch", jobset.branch());
        json.put("scheduling_shares", jobset.schedulingShares());
        json.put("state", jobset.state().wireName());
        json.put("last_checked_at", jobset.lastCheckedAt());
        json.put("keep_nr", jobset.keepNr());
        json.put("created_at", jobset.createdAt());
        json.put("updated_at", jobset.updatedAt());
        // Not in Circus: why its repository cannot be asked.
        json.put("check_error", jobset.checkError());
        return json;
    }

    public static Map<String, @Nullable Object> input(JobsetInput input) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", input.id());
        json.put("jobset_id", input.jobsetId());
        json.put("name", input.name());
        json.put("input_type", input.inputType());
        json.put("value", input.value());
        json.put("revision", input.revision());
        json.put("created_at", input.createdAt());
        return json;
    }

    static Map<String, @Nullable Object> webhook(WebhookConfig webhook) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", webhook.id());
        json.put("project_id", webhook.projectId());
        json.put("forge_type", webhook.forgeType());
        json.put("enabled", webhook.enabled());
        json.put("created_at", webhook.createdAt());
        return json;
    }
}
