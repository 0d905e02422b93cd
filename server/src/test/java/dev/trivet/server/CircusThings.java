package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes new things of each kind, for tests that need one. */
final class CircusThings implements AutoCloseable {
    private static final String URL = "https://example.org/a";

    /** Nobody looks at its repository, and what is pending of it is not built. */
    private static final Map<String, Object> UNWATCHED =
            Map.of("name", "alone", "nix_expression", ".", "enabled", false, "scheduling_shares", 0);

    private final CircusPeople people;
    private final CircusClient person;
    private final Storage storage;
    private final Path store;

    /**
     * @param person whose stars are made
     * @param store where products are
     */
    CircusThings(CircusPeople people, CircusClient person, Path store) throws Exception {
        this.people = people;
        this.person = person;
        this.store = store;
        this.storage = people.visit();
    }

    /** The id of a new one. @param in the ids of what it is in, the innermost last */
    String make(String kind, List<String> in) throws Exception {
        String name = people.fresh(kind + "-");
        return switch (kind) {
            case "project" -> made("projects", Map.of("name", name, "repository_url", URL));
            case "jobset" ->
                made("projects/" + in.getFirst() + "/jobsets", Map.of("name", name, "nix_expression", "."));
            case "input" ->
                made(
                        "projects/" + in.get(0) + "/jobsets/" + in.get(1) + "/inputs",
                        Map.of("name", name, "input_type", "string", "value", "x"));
            case "webhook" ->
                made("projects/" + in.getFirst() + "/webhooks", Map.of("forge_type", "github", "secret", "hook"));
            case "notification" ->
                made(
                        "projects/" + in.getFirst() + "/notifications",
                        Map.of("notification_type", "github_status", "config", Map.of("token", "t")));
            case "hooked" -> hooked();
            case "builder" ->
                made(
                        "admin/builders",
                        Map.of("name", name, "ssh_uri", "ssh://nix@host", "systems", List.of("x86_64-linux")));
            case "key" -> made("api-keys", Map.of("name", name));
            case "news" -> made("news", Map.of("title", name, "content", name));
            case "user" -> people.user(name).get("id").asString();
            case "star" ->
                made(person, "me/starred-jobs", Map.of("project_id", make("project", List.of()), "job_name", name));
            case "runner" -> runner();
            case "channel" -> {
                String project = make("project", List.of());
                String jobset = made("projects/" + project + "/jobsets", unwatched(name));
                String evaluation = row("""
                        insert into circus.evaluations (jobset_id, commit_hash, status)
                        values (cast(:value as uuid), 'abc', 'completed') returning id
                        """, jobset);
                String _ = row("""
                        insert into circus.builds (evaluation_id, job_name, drv_path, status, system, build_output_path)
                        values (cast(:value as uuid), 'job', '/nix/store/x.drv', 'succeeded', 'x86_64-linux', '/nix/store/x')
                        returning id
                        """, evaluation);
                yield made("channels", Map.of("project_id", project, "name", name, "jobset_id", jobset));
            }
            // Another one of the channel's jobset, so that there is something to go back from.
            case "candidate" -> row("""
                        with made as (
                            insert into circus.evaluations (jobset_id, commit_hash, status)
                            select jobset_id, 'abd', 'completed' from circus.channels where id = cast(:value as uuid) returning id)
                        insert into circus.builds (evaluation_id, job_name, drv_path, status)
                        select id, 'job', '/nix/store/x.drv', 'succeeded' from made returning evaluation_id
                        """, in.getLast());
            case "moved" -> {
                String channel = make("channel", List.of());
                String evaluation = make("candidate", List.of(channel));
                Answer promoted = people.admin.post("channels/" + channel + "/promote/" + evaluation, null);
                assertThat(promoted.status()).as(promoted.body()).isEqualTo(200);
                yield channel;
            }
            case "alone" -> made("projects/" + make("project", List.of()) + "/jobsets", UNWATCHED);
            case "evaluation" -> evaluation();
            case "build", "waiting" -> build("pending", false);
            case "failed" -> build("failed", false);
            case "aggregate" -> build("pending", true);
            case "product" -> product(in.getFirst());
            case "true" -> "true";
            case "task" -> row("""
                        insert into notify.task (dialect, kind, destination, payload, status)
                        values ('circus', 'slack', 'nowhere', '{}', 'failed') returning id
                        """, null);
            default -> throw new IllegalArgumentException("there is no kind of things called " + kind);
        };
    }

    private static Map<String, Object> unwatched(String name) {
        return Map.of("name", name, "nix_expression", ".", "enabled", false, "scheduling_shares", 0);
    }

    private String hooked() throws Exception {
        String project = make("project", List.of());
        for (String forge : List.of("github", "gitea", "forgejo", "gitlab")) {
            String _ = made("projects/" + project + "/webhooks", Map.of("forge_type", forge, "secret", "hook"));
        }
        return project;
    }

    private String runner() {
        String id = UUID.randomUUID().toString();
        String _ = row("""
                insert into runner (id, name, provides, mandatory, slots, state, generation, registered_at, beat_at)
                values (cast(:value as uuid), 'r', '{}', '{}', 1, 'alive', 1, now(), now()) returning id
                """, id);
        return row("""
                insert into runner_report (runner_id, token_id, host, protocol, systems, features, cpus, speed_factor,
                    created_at, seen_at)
                values (cast(:value as uuid), 1, 'h', 1, '{}', '{}', 1, 1, now(), now()) returning runner_id
                """, id);
    }

    private String evaluation() throws Exception {
        return row("""
                insert into circus.evaluations (jobset_id, commit_hash, status) values (cast(:value as uuid), 'abc', 'completed')
                returning id
                """, make("alone", List.of()));
    }

    private String build(String status, boolean aggregate) throws Exception {
        return row("""
                insert into circus.builds (evaluation_id, job_name, drv_path, keep, status, log_path, is_aggregate, constituents)
                values (cast(:value as uuid), 'job', '/nix/store/x.drv', true, '%s', '1/1', %s, '[]') returning id
                """.formatted(status, aggregate), evaluation());
    }

    private String product(String build) throws Exception {
        Path file = Files.createDirectories(store).resolve("0".repeat(32) + "-product");
        Files.writeString(file, "product");
        return row("""
                insert into circus.build_products (build_id, name, path) values (cast(:value as uuid), 'p', '%s') returning id
                """.formatted(file), build);
    }

    private String row(String sql, @Nullable String value) {
        return storage.database().<String, RuntimeException>write(handle -> {
            var query = handle.createQuery(sql);
            if (value != null) {
                query.bind("value", value);
            }
            return query.mapTo(UUID.class).one().toString();
        });
    }

    private String made(String path, Map<String, ?> body) throws Exception {
        return made(people.admin, path, body);
    }

    private static String made(CircusClient client, String path, Map<String, ?> body) throws Exception {
        Answer answer = client.post(path, body);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
        return answer.json().get("id").asString();
    }

    @Override
    public void close() throws Exception {
        storage.close();
    }
}
