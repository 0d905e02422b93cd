package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredBuilder;
import dev.trivet.circus.Declaration.DeclaredChannel;
import dev.trivet.circus.Declaration.DeclaredInput;
import dev.trivet.circus.Declaration.DeclaredJobset;
import dev.trivet.circus.Declaration.DeclaredProject;
import dev.trivet.circus.Declaration.DeclaredWebhook;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings rows to what is declared; a row that is so already is not written. Everything happens in the transaction of the handle. */
final class DeclaredRows {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredRows.class);

    private final Handle handle;
    private final SecretBox box;

    DeclaredRows(Handle handle, SecretBox box) {
        this.handle = handle;
        this.box = box;
    }

    /** The project's id. */
    UUID project(DeclaredProject project) {
        handle.createUpdate("""
                        insert into circus.projects as p (name, repository_url, description)
                        values (:name, :url, :description)
                        on conflict (name) do update set repository_url = excluded.repository_url,
                            description = excluded.description, updated_at = now()
                        where (p.repository_url, p.description)
                            is distinct from (excluded.repository_url, excluded.description)
                        """)
                .bind("name", project.name())
                .bind("url", project.repositoryUrl())
                .bind("description", project.description())
                .execute();
        return ProjectStore.findByName(handle, project.name()).orElseThrow().id();
    }

    /** A jobset and its inputs. One that ran its one shot and is disabled since then is not loaded again. */
    void jobset(UUID projectId, DeclaredJobset jobset) {
        JobsetState state = jobset.state() == null ? JobsetState.ENABLED : jobset.state();
        boolean enabled = jobset.state() == null ? jobset.enabled() : state != JobsetState.DISABLED;
        Jobset before = JobsetStore.findByName(handle, projectId, jobset.name()).orElse(null);
        if (before != null
                && state == JobsetState.ONE_SHOT
                && before.state() == JobsetState.DISABLED
                && before.lastCheckedAt() != null) {
            state = before.state();
            enabled = before.enabled();
        }
        UUID id = handle.createQuery("""
                        with written as (
                            insert into circus.jobsets as j (project_id, name, nix_expression, enabled, flake_mode,
                                check_interval, branch, scheduling_shares, state, keep_nr)
                            values (:project, :name, :expression, :enabled, :flake, :interval, :branch, :shares, :state,
                                coalesce(cast(:keep as int), 3))
                            on conflict (project_id, name) do update set nix_expression = excluded.nix_expression,
                                enabled = excluded.enabled, flake_mode = excluded.flake_mode,
                                check_interval = excluded.check_interval, branch = excluded.branch,
                                scheduling_shares = excluded.scheduling_shares, state = excluded.state,
                                keep_nr = coalesce(cast(:keep as int), j.keep_nr), updated_at = now()
                            where (j.nix_expression, j.enabled, j.flake_mode, j.check_interval, j.branch,
                                    j.scheduling_shares, j.state, j.keep_nr)
                                is distinct from (excluded.nix_expression, excluded.enabled, excluded.flake_mode,
                                    excluded.check_interval, excluded.branch, excluded.scheduling_shares, excluded.state,
                                    coalesce(cast(:keep as int), j.keep_nr))
                            returning id)
                        select id from written
                        union select id from circus.jobsets where project_id = :project and name = :name
                        """)
                .bind("project", projectId)
                .bind("name", jobset.name())
                .bind("expression", jobset.nixExpression())
                .bind("enabled", enabled)
                .bind("flake", jobset.flakeMode())
                .bind("interval", jobset.checkInterval())
                .bind("branch", jobset.branch())
                .bind("shares", jobset.schedulingShares())
                .bind("state", state.wireName())
                .bind("keep", jobset.keepNr())
                .mapTo(UUID.class)
                .one();
        if (!jobset.inputs().isEmpty()) {
            inputs(id, jobset.inputs());
        }
    }

    private void inputs(UUID jobsetId, List<DeclaredInput> inputs) {
        keepOnly(
                "delete from circus.jobset_inputs where jobset_id = :owner and not name = any(:names)",
                jobsetId,
                inputs.stream().map(DeclaredInput::name).toList());
        for (DeclaredInput input : inputs) {
            handle.createUpdate("""
                            insert into circus.jobset_inputs as i (jobset_id, name, input_type, value, revision)
                            values (:jobset, :name, :type, :value, :revision)
                            on conflict (jobset_id, name) do update set input_type = excluded.input_type,
                                value = excluded.value, revision = excluded.revision
                            where (i.input_type, i.value, i.revision)
                                is distinct from (excluded.input_type, excluded.value, excluded.revision)
                            """)
                    .bind("jobset", jobsetId)
                    .bind("name", input.name())
                    .bind("type", input.inputType())
                    .bind("value", input.value())
                    .bind("revision", input.revision())
                    .execute();
        }
    }

    void webhooks(UUID projectId, List<DeclaredWebhook> webhooks) {
        keepOnly(
                "delete from circus.webhook_configs where project_id = :owner and not forge_type = any(:names)",
                projectId,
                webhooks.stream().map(webhook -> webhook.forge().wireName()).toList());
        for (DeclaredWebhook webhook : webhooks) {
            String secret = webhook.secret();
            if (secret == null || secret.isBlank()) {
                LOG.warn("the declared {} has no secret and is skipped", webhook);
                continue;
            }
            String place = WebhookStore.place(projectId, webhook.forge());
            if (!webhook.equals(kept(projectId, webhook.forge(), place))) {
                webhook(projectId, webhook, box.seal(secret, place));
            }
        }
    }

    /** What is there now; null if nothing is, or nothing that can be read. */
    private @Nullable DeclaredWebhook kept(UUID projectId, ForgeType forge, String place) {
        return handle.createQuery("""
                        select secret_hash, enabled from circus.webhook_configs
                        where project_id = :project and forge_type = :forge and secret_hash is not null
                        """)
                .bind("project", projectId)
                .bind("forge", forge.wireName())
                .map((row, context) -> new DeclaredWebhook(
                        forge, box.open(row.getString("secret_hash"), place).orElse(null), row.getBoolean("enabled")))
                .findOne()
                .orElse(null);
    }

    private void webhook(UUID projectId, DeclaredWebhook webhook, String sealed) {
        handle.createUpdate("""
                        insert into circus.webhook_configs (project_id, forge_type, secret_hash, enabled)
                        values (:project, :forge, :secret, :enabled)
                        on conflict (project_id, forge_type) do update set secret_hash = excluded.secret_hash,
                            enabled = excluded.enabled
                        """)
                .bind("project", projectId)
                .bind("forge", webhook.forge().wireName())
                .bind("secret", sealed)
                .bind("enabled", webhook.enabled())
                .execute();
    }

    void channels(UUID projectId, List<DeclaredChannel> channels) {
        keepOnly(
                "delete from circus.channels where project_id = :owner and not name = any(:names)",
                projectId,
                channels.stream().map(DeclaredChannel::name).toList());
        for (DeclaredChannel channel : channels) {
            handle.createUpdate("""
                            insert into circus.channels as c (project_id, name, jobset_id)
                            select :project, :name, j.id from circus.jobsets j
                            where j.project_id = :project and j.name = :jobset
                            on conflict (project_id, name) do update set jobset_id = excluded.jobset_id,
                                current_evaluation_id = null, promoted_up_to = null, updated_at = now()
                            where c.jobset_id <> excluded.jobset_id
                            """)
                    .bind("project", projectId)
                    .bind("name", channel.name())
                    .bind("jobset", channel.jobsetName())
                    .execute();
            if (!hasJobset(projectId, channel.jobsetName())) {
                LOG.warn(
                        "the declared channel {} names the jobset {}, which does not exist, and is skipped",
                        channel.name(),
                        channel.jobsetName());
            }
        }
    }

    private boolean hasJobset(UUID projectId, String name) {
        return handle.createQuery(
                        "select exists (select from circus.jobsets where project_id = :project and name = :name)")
                .bind("project", projectId)
                .bind("name", name)
                .mapTo(Boolean.class)
                .one();
    }

    void builders(List<DeclaredBuilder> builders) {
        handle.createUpdate("delete from circus.remote_builders where not name = any(:names)")
                .bindArray(
                        "names",
                        String.class,
                        builders.stream().map(DeclaredBuilder::name).toList())
                .execute();
        for (DeclaredBuilder builder : builders) {
            handle.createUpdate("""
                            insert into circus.remote_builders (name, ssh_uri, systems, max_jobs, speed_factor,
                                supported_features, mandatory_features, enabled, public_host_key, ssh_key_file)
                            values (:name, :uri, :systems, :jobs, :speed, :supported, :mandatory, :enabled, :host_key,
                                :key_file)
                            on conflict (name) do update set ssh_uri = excluded.ssh_uri, systems = excluded.systems,
                                max_jobs = excluded.max_jobs, speed_factor = excluded.speed_factor,
                                supported_features = excluded.supported_features,
                                mandatory_features = excluded.mandatory_features, enabled = excluded.enabled,
                                public_host_key = excluded.public_host_key, ssh_key_file = excluded.ssh_key_file
                            """)
                    .bind("name", builder.name())
                    .bind("uri", builder.sshUri())
                    .bindArray("systems", String.class, builder.systems())
                    .bind("jobs", builder.maxJobs())
                    .bind("speed", builder.speedFactor())
                    .bindArray("supported", String.class, builder.supportedFeatures())
                    .bindArray("mandatory", String.class, builder.mandatoryFeatures())
                    .bind("enabled", builder.enabled())
                    .bind("host_key", builder.publicHostKey())
                    .bind("key_file", builder.sshKeyFile())
                    .execute();
        }
    }

    private void keepOnly(String sql, UUID owner, List<String> names) {
        handle.createUpdate(sql)
                .bind("owner", owner)
                .bindArray("names", String.class, names)
                .execute();
    }
}
