package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configurations of webhooks as rows. Thread-safe. */
final class WebhookStore {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookStore.class);

    private final Database database;
    private final SecretBox box;

    WebhookStore(Database database, SecretBox box) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.box = Objects.requireNonNull(box, "box is null");
    }

    /** Those of a project, newest first. */
    List<WebhookConfig> list(UUID projectId) {
        return database.read(handle -> handle.createQuery(
                        "select * from circus.webhook_configs where project_id = :project order by created_at desc, id")
                .bind("project", projectId)
                .map((row, context) -> WebhookConfig.of(row))
                .list());
    }

    /** The secret that deliveries must prove to know; empty if none are taken. */
    Optional<String> secret(UUID projectId, ForgeType forge) {
        Optional<String> kept = database.read(handle -> handle.createQuery("""
                        select secret_hash from circus.webhook_configs
                        where project_id = :project and forge_type = :forge and enabled and secret_hash <> ''
                        """)
                .bind("project", projectId)
                .bind("forge", forge.wireName())
                .mapTo(String.class)
                .findOne());
        Optional<String> secret = kept.flatMap(text -> box.open(text, place(projectId, forge)));
        if (kept.isPresent() && secret.isEmpty()) {
            LOG.warn(
                    "the secret of the webhook of {} of project {} was stored under another key and cannot be read",
                    forge.wireName(),
                    projectId);
        }
        return secret;
    }

    /** What the secret is bound to. */
    static String place(UUID projectId, ForgeType forge) {
        return "webhook of " + forge.wireName() + " of " + projectId;
    }

    /** Makes one; empty if the project has one for this kind of forge already, or is not there. */
    Optional<WebhookConfig> insert(UUID projectId, ForgeType forge, String secret) {
        return database.write(handle -> handle.createQuery("""
                        insert into circus.webhook_configs (project_id, forge_type, secret_hash)
                        select p.id, :forge, :secret from circus.projects p where p.id = :project
                        for key share on conflict (project_id, forge_type) do nothing returning *
                        """)
                .bind("project", projectId)
                .bind("forge", forge.wireName())
                .bind("secret", box.seal(secret, place(projectId, forge)))
                .map((row, context) -> WebhookConfig.of(row))
                .findOne());
    }

    /** Removes one; false if it is not there or another project's. */
    boolean delete(UUID projectId, UUID id) {
        return database.write(handle ->
                handle.createUpdate("delete from circus.webhook_configs where id = :id and project_id = :project")
                                .bind("id", id)
                                .bind("project", projectId)
                                .execute()
                        > 0);
    }
}
