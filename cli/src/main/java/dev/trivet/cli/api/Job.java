package dev.trivet.cli.api;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A job as a server shows it (spec section 3.3). Immutable; fields that a server leaves out are empty.
 *
 * @param id its number
 * @param status its state
 * @param setupLog where the log of the preparation is, once there is one
 * @param tasks in the order of the manifest
 * @param tags joined by slashes
 * @param owner canonical name, such as {@code ~alice}
 * @param json all that the server said
 */
public record Job(
        long id,
        JobStatus status,
        Optional<URI> setupLog,
        List<Task> tasks,
        Optional<String> tags,
        Optional<String> note,
        Optional<String> runner,
        Optional<String> owner,
        JsonNode json) {
    public Job {
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(json, "json is null");
        tasks = List.copyOf(tasks);
    }

    /**
     * One task of a job.
     *
     * @param status {@code pending}, {@code running}, {@code success}, {@code failed}, {@code skipped}, or what else a server says
     * @param log where its log is, once there is one
     */
    public record Task(String name, String status, Optional<URI> log) {
        public Task {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(status, "status is null");
        }

        /** True when its log grows no more. */
        public boolean ended() {
            return switch (status) {
                case "success", "failed", "skipped" -> true;
                default -> false;
            };
        }
    }

    /**
     * Reads a job object.
     *
     * @throws ApiException if it has no id
     */
    static Job read(JsonNode json) throws ApiException {
        if (!json.path("id").canConvertToLong()) {
            throw new ApiException("the answer is not a job: it has no id. Is this the address of a Trivet server?");
        }
        var tasks = new ArrayList<Task>();
        for (JsonNode task : json.path("tasks")) {
            tasks.add(
                    new Task(task.path("name").asString(""), task.path("status").asString(""), uri(task.path("log"))));
        }
        return new Job(
                json.path("id").asLong(),
                JobStatus.read(json.path("status").asString("")),
                uri(json.path("setup_log")),
                tasks,
                text(json.path("tags")),
                text(json.path("note")),
                text(json.path("runner")),
                text(json.path("owner").path("canonical_name")),
                json);
    }

    static Optional<String> text(JsonNode node) {
        return node.isString() && !node.asString().isEmpty() ? Optional.of(node.asString()) : Optional.empty();
    }

    static Optional<URI> uri(JsonNode node) throws ApiException {
        Optional<String> text = text(node);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(URI.create(text.get()));
        } catch (IllegalArgumentException e) {
            throw new ApiException(
                    String.format(Locale.ROOT, "the server sent '%s' where an address was expected", text.get()), e);
        }
    }
}
