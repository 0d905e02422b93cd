package dev.trivet.harmont;

import dev.trivet.accounts.Invite;
import dev.trivet.accounts.Member;
import dev.trivet.accounts.Organization;
import dev.trivet.accounts.Token;
import dev.trivet.accounts.User;
import dev.trivet.core.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values as the JSON of the REST API (spec section 2.2). Members that may be null are always there. */
final class HarmontViews {
    private HarmontViews() {}

    static Map<String, @Nullable Object> build(Build build) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("number", build.number());
        json.put("state", build.state().wireName());
        json.put("pipeline_slug", build.pipeline());
        json.put("source", build.source());
        json.put("branch", build.branch());
        json.put("commit", build.commit());
        json.put("message", build.message());
        json.put("error_code", build.errorCode());
        json.put("error_message", build.errorMessage());
        json.put("created_at", HarmontTime.text(build.created()));
        json.put("scheduled_at", HarmontTime.text(build.created()));
        json.put("started_at", HarmontTime.textOrNull(build.started()));
        json.put("finished_at", HarmontTime.textOrNull(build.finished()));
        return json;
    }

    static Map<String, @Nullable Object> job(Job job) {
        JobError error = JobError.of(job.engineState(), job.outcome());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", job.id().toString());
        json.put("step_key", job.stepKey());
        json.put("name", job.label());
        json.put("state", job.status().wireName());
        json.put("command", job.command());
        json.put("depends_on", job.dependsOn().stream().map(UUID::toString).toList());
        json.put("exit_code", error.exitCode());
        json.put("error_code", error.code());
        json.put("error_message", error.message());
        json.put("soft_failed", job.softFailed());
        json.put("retry_policy", object(job.retryPolicy()));
        json.put("soft_fail_policy", object(job.softFailPolicy()));
        json.put("created_at", HarmontTime.text(job.created()));
        json.put("started_at", HarmontTime.textOrNull(job.started()));
        json.put("finished_at", HarmontTime.textOrNull(job.finished()));
        return json;
    }

    private static @Nullable Object object(@Nullable String json) {
        return json == null ? null : Json.MAPPER.readTree(json);
    }

    static Map<String, @Nullable Object> pipeline(Pipeline pipeline) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("slug", pipeline.slug());
        json.put("name", pipeline.name());
        json.put("description", pipeline.description());
        json.put("repository", pipeline.repository());
        json.put("repo_name", pipeline.repoName());
        json.put("default_branch", pipeline.defaultBranch());
        json.put("visibility", pipeline.visibility());
        json.put("allow_manual", pipeline.allowManual());
        json.put("created_at", HarmontTime.text(pipeline.created()));
        return json;
    }

    static Map<String, @Nullable Object> organization(Organization organization) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("slug", organization.slug());
        json.put("name", organization.name());
        json.put("url", organization.url());
        json.put("created_at", HarmontTime.text(organization.created()));
        return json;
    }

    /** {@code id} is what a later version of the clients calls {@code uuid}. */
    static Map<String, @Nullable Object> currentUser(User user, Organization personal) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("uuid", user.uid().toString());
        json.put("id", user.uid().toString());
        json.put("email", user.email());
        json.put("name", user.nameForPeople());
        json.put("personal_org_slug", personal.slug());
        return json;
    }

    /** Somebody who has just signed in. */
    static Map<String, @Nullable Object> user(User user) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("uuid", user.uid().toString());
        json.put("email", user.email());
        json.put("name", user.displayName());
        return json;
    }

    static Map<String, @Nullable Object> token(Token token) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", token.uid().toString());
        json.put("description", token.name());
        json.put("created_at", HarmontTime.text(token.created()));
        json.put("expires_at", HarmontTime.textOrNull(token.expires()));
        json.put("last_used_at", HarmontTime.textOrNull(token.lastUsed()));
        return json;
    }

    static Map<String, @Nullable Object> member(Member member) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("user_uuid", member.uid().toString());
        json.put("email", member.email());
        json.put("name", member.name());
        json.put("role", member.role().wireName());
        return json;
    }

    static Map<String, @Nullable Object> invite(Invite invite) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", invite.id().toString());
        json.put("email", invite.email());
        json.put("role", invite.role().wireName());
        json.put("expires_at", HarmontTime.text(invite.expires()));
        return json;
    }

    /** A list that has no further pages. */
    static <T> Map<String, @Nullable Object> list(List<T> rows, Function<T, Map<String, @Nullable Object>> view) {
        return Map.of("data", rows.stream().map(view).toList());
    }

    static <T> Map<String, @Nullable Object> page(Page<T> page, Function<T, Map<String, @Nullable Object>> view) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("data", page.rows().stream().map(view).toList());
        json.put("next_cursor", page.next());
        return json;
    }
}
