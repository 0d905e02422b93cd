package dev.trivet.harmont;

import dev.trivet.harmont.vcs.BitbucketConnect.Workspace;
import dev.trivet.harmont.vcs.ForgeRepository;
import dev.trivet.harmont.vcs.GitHubInstallations.Found;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Installations, workspaces and the repositories in them, as rows. Thread-safe. */
final class ConnectionStore {
    private final Database database;

    ConnectionStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /**
     * A repository that an organization sees.
     *
     * @param installation our id of the installation, or null at Bitbucket
     * @param account where it was connected
     */
    record Seen(long id, @Nullable Long installation, String account, ForgeRepository repository, Instant synced) {
        Seen {
            Objects.requireNonNull(account, "account is null");
            Objects.requireNonNull(repository, "repository is null");
            Objects.requireNonNull(synced, "synced is null");
        }
    }

    List<Installation> installations(long organization) {
        return database.read(handle -> handle.createQuery(
                        "select * from harmont.github_installation where organization_id = :organization order by id")
                .bind("organization", organization)
                .map((row, context) -> installation(row))
                .list());
    }

    Optional<Installation> installation(long organization, long installationId) {
        return installations(organization).stream()
                .filter(one -> one.installationId() == installationId)
                .findFirst();
    }

    /** Connects it; empty if another organization has it. */
    Optional<Installation> connect(long organization, Found found, Instant now) {
        return database.write(handle -> handle.createQuery("""
                        insert into harmont.github_installation (installation_id, organization_id, account_login, account_type,
                            account_id, suspended, created, updated)
                        values (:id, :organization, :account, :type, :accountId, :suspended, :now, :now)
                        on conflict (installation_id) do update set organization_id = excluded.organization_id,
                            account_login = excluded.account_login, account_type = excluded.account_type,
                            account_id = excluded.account_id, suspended = excluded.suspended, updated = excluded.updated
                        where github_installation.organization_id is null
                            or github_installation.organization_id = excluded.organization_id
                        returning *
                        """)
                .bind("id", found.id())
                .bind("organization", organization)
                .bind("account", found.account())
                .bind("accountId", found.accountId())
                .bind("type", found.accountType())
                .bind("suspended", found.suspended())
                .bind("now", now)
                .map((row, context) -> installation(row))
                .findOne());
    }

    /** Notes what GitHub tells of one, whether an organization has connected it or not. */
    void note(Found found, Instant now) {
        Object _ = database.write(handle -> handle.createUpdate("""
                        insert into harmont.github_installation (installation_id, account_login, account_type, suspended, created, updated)
                        values (:id, :account, :type, :suspended, :now, :now)
                        on conflict (installation_id) do update set account_login = excluded.account_login,
                            account_type = excluded.account_type, suspended = excluded.suspended, updated = excluded.updated
                        """)
                .bind("id", found.id())
                .bind("account", found.account())
                .bind("type", found.accountType())
                .bind("suspended", found.suspended())
                .bind("now", now)
                .execute());
    }

    /** Notes who has installed it. */
    void installedBy(long installationId, String account) {
        Object _ = database.write(handle -> handle.createUpdate(
                        "update harmont.github_installation set installer_id = :account where installation_id = :id")
                .bind("account", account)
                .bind("id", installationId)
                .execute());
    }

    /** GitHub's id of who has installed it, if that was told. */
    Optional<String> installer(long installationId) {
        return database.read(handle -> handle.createQuery("""
                        select installer_id from harmont.github_installation where installation_id = :id and installer_id is not null
                        """)
                .bind("id", installationId)
                .mapTo(String.class)
                .findOne());
    }

    /** GitHub has no such installation any more. */
    void forget(long installationId) {
        Object _ = database.write(
                handle -> handle.createUpdate("delete from harmont.github_installation where installation_id = :id")
                        .bind("id", installationId)
                        .execute());
    }

    /** The organization lets it go; it stays known to be there. */
    void disconnect(Installation installation) {
        Object _ = database.write(handle -> {
            handle.createUpdate("delete from harmont.forge_repository where installation = :id")
                    .bind("id", installation.id())
                    .execute();
            return handle.createUpdate("update harmont.github_installation set organization_id = null where id = :id")
                    .bind("id", installation.id())
                    .execute();
        });
    }

    /** Whether the App is suspended where that owner is. */
    boolean isSuspended(String account) {
        return database.read(handle -> handle.createQuery("""
                        select coalesce(bool_and(suspended), false) from harmont.github_installation
                        where lower(account_login) = lower(:account)
                        """)
                .bind("account", account)
                .mapTo(Boolean.class)
                .one());
    }

    /** Our id of a connected installation, whoever has it. */
    Optional<Installation> connected(long installationId) {
        return database.read(handle -> handle.createQuery("""
                        select * from harmont.github_installation where installation_id = :id and organization_id is not null
                        """)
                .bind("id", installationId)
                .map((row, context) -> installation(row))
                .findOne());
    }

    /** Replaces what is known of an installation's repositories. */
    Installation mirror(Installation installation, List<ForgeRepository> repositories, Instant now) {
        return database.write(handle -> {
            replace(handle, "installation", installation.id(), repositories, now);
            return handle.createQuery(
                            "update harmont.github_installation set updated = :now where id = :id returning *")
                    .bind("now", now)
                    .bind("id", installation.id())
                    .map((row, context) -> installation(row))
                    .one();
        });
    }

    private static void replace(
            Handle handle, String parent, long id, List<ForgeRepository> repositories, Instant now) {
        handle.createUpdate(
                        "delete from harmont.forge_repository where " + parent + " = :id and forge_id <> all(:keep)")
                .bind("id", id)
                .bindArray(
                        "keep",
                        String.class,
                        repositories.stream().map(ForgeRepository::forgeId).toList())
                .execute();
        if (repositories.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("""
                insert into harmont.forge_repository (%1$s, forge_id, owner, name, full_name, clone_url, default_branch, private, synced)
                values (:parent, :id, :owner, :name, :full, :url, :branch, :private, :now)
                on conflict (%1$s, forge_id) where %1$s is not null do update set owner = excluded.owner, name = excluded.name,
                    full_name = excluded.full_name, clone_url = excluded.clone_url, default_branch = excluded.default_branch,
                    private = excluded.private, synced = excluded.synced
                """.formatted(parent));
        for (ForgeRepository repository : repositories) {
            batch.bind("parent", id)
                    .bind("id", repository.forgeId())
                    .bind("owner", repository.owner())
                    .bind("name", repository.name())
                    .bind("full", repository.fullName())
                    .bind("url", repository.cloneUrl())
                    .bind("branch", repository.defaultBranch())
                    .bind("private", repository.isPrivate())
                    .bind("now", now)
                    .add();
        }
        batch.execute();
    }

    /** The workspaces of an organization, slug to name. */
    Map<String, String> workspaces(long organization) {
        Map<String, String> workspaces = new LinkedHashMap<>();
        database.read(handle -> handle.createQuery("""
                                select slug, coalesce(name, slug) as name from harmont.bitbucket_workspace
                                where organization_id = :organization order by slug
                                """)
                        .bind("organization", organization)
                        .map((row, context) -> Map.entry(row.getString("slug"), row.getString("name")))
                        .list())
                .forEach(entry -> workspaces.put(entry.getKey(), entry.getValue()));
        return workspaces;
    }

    /** Connects workspaces with their repositories; false, and nothing is done, if another organization has one of them. */
    boolean connect(long organization, List<Workspace> workspaces, Instant now) {
        try {
            return database.write(handle -> {
                for (Workspace workspace : workspaces) {
                    Optional<Long> id = handle.createQuery("""
                                insert into harmont.bitbucket_workspace (slug, name, organization_id, created)
                                values (:slug, :name, :organization, :now)
                                on conflict (slug) do update set name = excluded.name
                                where bitbucket_workspace.organization_id = excluded.organization_id
                                returning id
                                """)
                            .bind("slug", workspace.slug())
                            .bind("name", workspace.name())
                            .bind("organization", organization)
                            .bind("now", now)
                            .mapTo(Long.class)
                            .findOne();
                    if (id.isEmpty()) {
                        throw new ConnectedElsewhereException();
                    }
                    replace(handle, "workspace", id.get(), workspace.repositories(), now);
                }
                return true;
            });
        } catch (ConnectedElsewhereException elsewhere) {
            return false;
        }
    }

    /** False if the organization has no such workspace. */
    boolean disconnectWorkspace(long organization, String slug) {
        return database.write(handle -> handle.createUpdate(
                                "delete from harmont.bitbucket_workspace where organization_id = :organization and slug = :slug")
                        .bind("organization", organization)
                        .bind("slug", slug)
                        .execute())
                > 0;
    }

    /** All repositories of an organization, by name. */
    List<Seen> repositories(long organization) {
        return database.read(handle -> handle.createQuery("""
                        select r.*, coalesce(i.account_login, w.slug) as account
                        from harmont.forge_repository r
                        left join harmont.github_installation i on i.id = r.installation
                        left join harmont.bitbucket_workspace w on w.id = r.workspace
                        where i.organization_id = :organization or w.organization_id = :organization
                        order by lower(r.full_name), r.id
                        """)
                .bind("organization", organization)
                .map((row, context) -> seen(row))
                .list());
    }

    /** Takes back what the transaction has done so far. */
    private static final class ConnectedElsewhereException extends RuntimeException {}

    private static Seen seen(ResultSet row) throws SQLException {
        return new Seen(
                row.getLong("id"),
                row.getObject("installation", Long.class),
                row.getString("account"),
                new ForgeRepository(
                        row.getString("forge_id"),
                        row.getString("owner"),
                        row.getString("name"),
                        row.getString("full_name"),
                        row.getString("clone_url"),
                        row.getString("default_branch"),
                        row.getBoolean("private")),
                row.getTimestamp("synced").toInstant());
    }

    private static Installation installation(ResultSet row) throws SQLException {
        return new Installation(
                row.getLong("id"),
                row.getLong("installation_id"),
                row.getString("account_login"),
                row.getString("account_type"),
                row.getTimestamp("created").toInstant(),
                row.getTimestamp("updated").toInstant());
    }
}
