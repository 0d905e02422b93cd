package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The queue of notifications, as administrators see it (spec circus section 2.10). */
class CircusTasksTest {
    private static final String ALL = "admin/notification-tasks";
    private static final String FAILED = "00000000-0000-0000-0009-000000000001";

    @TempDir
    Path directory;

    @Test
    void tasksAreListedWithoutTheirSecretsAndFailedOnesRetried() throws Exception {
        try (CircusServer server = new CircusServer(directory, Map.of())) {
            CircusClient admin = server.admin();
            assertThat(ok(admin.get(ALL))).isEmpty();
            // Nothing is delivered meanwhile.
            int _ = server.<Integer>sql(handle -> handle.execute(
                    "insert into notify.destination (name, held_until) values ('held', now() + interval '1 day')"));
            int _ = server.<Integer>sql(handle -> handle.execute("""
                    insert into notify.task
                        (id, dialect, kind, destination, payload, status, attempts, last_error, created_at, completed_at)
                    values (cast(? as uuid), 'circus', 'slack', 'held', '{"webhook_url": "https://hooks.example.org/T/B/x", "text": "t",
                        "target": {"url": "https://user:word@example.org/", "headers": {"X-Api-Key": "k"}}}', 'failed', 5,
                        'https://token@example.org/ answered 500', now() + interval '1 hour', now())
                    """, FAILED));
            int _ = server.<Integer>sql(handle -> handle.execute("""
                    insert into notify.task (dialect, kind, destination, payload, status)
                    select 'circus', 'email', 'held', '{}', case n % 3 when 0 then 'pending' when 1 then 'running' else 'completed' end
                    from generate_series(1, 120) n
                    """));
            JsonNode all = ok(admin.get(ALL));
            assertThat(all).hasSize(100);
            JsonNode first = all.get(0);
            assertThat(first.propertyNames())
                    .containsExactly(
                            "id",
                            "notification_type",
                            "payload",
                            "status",
                            "attempts",
                            "max_attempts",
                            "next_retry_at",
                            "last_error",
                            "created_at",
                            "completed_at");
            assertThat(first.get("id").asString()).isEqualTo(FAILED);
            assertThat(first.get("payload").toString())
                    .contains("\"text\":\"t\"")
                    .doesNotContain("T/B/x", "word", "\"k\"");
            assertThat(first.get("last_error").asString()).isEqualTo("https://********@example.org/ answered 500");

            String retry = ALL + "/" + FAILED + "/retry";
            refused(server.anonymous().get(ALL), 401, "UNAUTHORIZED");
            refused(server.having("restart-jobs").get(ALL), 403, "FORBIDDEN");
            refused(server.anonymous().post(retry, null), 401, "UNAUTHORIZED");
            refused(server.having("restart-jobs").post(retry, null), 403, "FORBIDDEN");
            refused(admin.post(ALL + "/x/retry", null), 400, "VALIDATION_ERROR");
            refused(admin.post(ALL + "/" + UUID.randomUUID() + "/retry", null), 400, "VALIDATION_ERROR");
            refused(admin.post(ALL + "/" + all.at("/1/id").asString() + "/retry", null), 400, "VALIDATION_ERROR");

            Answer again = admin.post(retry, null);
            assertThat(again.status()).as(again.body()).isEqualTo(202);
            assertThat(again.json().get("status").asString()).isEqualTo("pending");
            assertThat(again.json().get("attempts").asInt()).isZero();
            assertThat(again.json().get("last_error").isNull()).isTrue();
            assertThat(again.json().get("completed_at").isNull()).isTrue();
            assertThat(again.body()).doesNotContain("word");
            refused(admin.post(retry, null), 400, "VALIDATION_ERROR");
            assertThat(ok(admin.get("admin/audit-log"))
                            .get("items")
                            .valueStream()
                            .filter(note -> note.get("action").asString().equals("NOTIFICATION_TASK_RETRY")))
                    .singleElement()
                    .satisfies(
                            note -> assertThat(note.get("target_id").asString()).isEqualTo(FAILED));
        }
    }
}
