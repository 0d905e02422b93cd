package dev.trivet.harmont;

import dev.trivet.harmont.vcs.RepositoryUrl;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pipelines as rows. Thread-safe. */
public final class PipelineStore {
    /** The tables of this dialect; after those of the engine and of accounts. */
    public static final MigrationSet MIGRATIONS = new MigrationSet("harmont", "dev/trivet/harmont/migrations");

    private static final String SELECT = """
            select p.*, o.slug as organization
            from harmont.pipeline p join accounts.organizations o on o.id = p.organization_id
            """;

    private final Database database;

    public PipelineStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** The pipeline of that slug, archived or not. */
    Optional<Pipeline> find(long organizationId, String slug) {
        return one(
                "where p.organization_id = :organization and p.slug = :slug",
                Map.of("organization", organizationId, "slug", slug));
    }

    Optional<Pipeline> find(UUID id) {
        return one("where p.id = :id", Map.of("id", id));
    }

    /** The oldest pipeline that this repository declares under this name. */
    Optional<Pipeline> bySource(long organizationId, String repoName, String sourceSlug) {
        return one("""
                where p.organization_id = :organization and lower(p.repo_name) = lower(:repo) and p.source_slug = :source
                order by p.created, p.id limit 1
                """, Map.of("organization", organizationId, "repo", repoName, "source", sourceSlug));
    }

    private Optional<Pipeline> one(String where, Map<String, ?> bindings) {
        return database.read(handle -> handle.createQuery(SELECT + where)
                .bindMap(bindings)
                .map((row, context) -> pipeline(row))
                .findOne());
    }

    /** Those that are not archived, oldest first. */
    Page<Pipeline> page(long organizationId, Page.Ask ask) {
        Instant since = ask.after().map(Cursor::created).orElse(Instant.EPOCH);
        UUID id = ask.after().map(Cursor::id).flatMap(Ids::parse).orElse(Ids.NONE);
        return Page.of(
                database.read(handle -> handle.createQuery(SELECT + """
                                where p.organization_id = :organization and not p.archived
                                  and (p.created, p.id) > (:since, :id)
                                order by p.created, p.id limit :rows
                                """)
                        .bind("organization", organizationId)
                        .bind("since", since)
                        .bind("id", id)
                        .bind("rows", ask.rows())
                        .map((row, context) -> pipeline(row))
                        .list()),
                ask,
                pipeline -> new Cursor(pipeline.created(), pipeline.id().toString()));
    }

    /** Makes a pipeline; empty if its slug is taken. */
    Optional<Pipeline> insert(long organizationId, NewPipeline pipeline, Instant now) {
        Optional<UUID> id = database.write(handle -> handle.createQuery("""
                        insert into harmont.pipeline (organization_id, name, slug, source_slug, description, repository,
                            repository_key, repo_name, default_branch, created)
                        values (:organization, :name, :slug, :source, :description, :repository, :key, :repo, :branch,
                            :now)
                        on conflict (organization_id, slug) do nothing returning id
                        """)
                .bind("organization", organizationId)
                .bind("name", pipeline.name())
                .bind("slug", pipeline.slug())
                .bind("source", pipeline.sourceSlug())
                .bind("description", pipeline.description())
                .bind("repository", pipeline.repository())
                .bind("key", RepositoryUrl.normalForm(pipeline.repository()))
                .bind("repo", pipeline.repoName())
                .bind("branch", pipeline.defaultBranch())
                .bind("now", now)
                .mapTo(UUID.class)
                .findOne());
        return id.flatMap(this::find);
    }

    /** All pipelines at that address that are not archived, whoever has them. */
    List<Pipeline> at(Collection<String> repositoryKeys) {
        return database.read(handle -> handle.createQuery(SELECT + """
                        where p.repository_key = any(:keys) and not p.archived order by p.created, p.id limit 500
                        """)
                .bindArray("keys", String.class, repositoryKeys)
                .map((row, context) -> pipeline(row))
                .list());
    }

    /** What its repository says of a pipeline; one that was archived is back. */
    void declare(UUID id, String sourceSlug, String name, boolean allowManual, String triggers) {
        database.write(handle -> handle.createUpdate("""
                        update harmont.pipeline set source_slug = :source, name = :name, allow_manual = :manual,
                            triggers = cast(:triggers as jsonb), archived = false where id = :id
                        """)
                .bind("source", sourceSlug)
                .bind("name", name)
                .bind("manual", allowManual)
                .bind("triggers", triggers)
                .bind("id", id)
                .execute());
    }

    /** Puts away those of a repository that it does not declare any more; what was made by hand stays. */
    void archiveOthers(long organizationId, String repositoryKey, Collection<String> declared) {
        database.write(handle -> handle.createUpdate("""
                        update harmont.pipeline set archived = true
                        where organization_id = :organization and repository_key = :key and source_slug is not null
                          and not source_slug = any(:declared) and not archived
                        """)
                .bind("organization", organizationId)
                .bind("key", repositoryKey)
                .bindArray("declared", String.class, declared)
                .execute());
    }

    /** Everything of a repository in an organization, archived or not, oldest first. */
    List<Pipeline> ofRepository(long organizationId, String repositoryKey) {
        return database.read(handle -> handle.createQuery(SELECT + """
                        where p.organization_id = :organization and p.repository_key = :key order by p.created, p.id
                        """)
                .bind("organization", organizationId)
                .bind("key", repositoryKey)
                .map((row, context) -> pipeline(row))
                .list());
    }

    /** A number for a new build; one that is not used stays a gap. */
    int nextNumber(UUID pipelineId) {
        return database.write(handle -> handle.createQuery(
                        "update harmont.pipeline set build_count = build_count + 1 where id = :id returning build_count")
                .bind("id", pipelineId)
                .mapTo(Integer.class)
                .one());
    }

    private static Pipeline pipeline(ResultSet row) throws SQLException {
        return new Pipeline(
                Ids.of(row, "id"),
                row.getLong("organization_id"),
                row.getString("organization"),
                row.getString("name"),
                row.getString("slug"),
                row.getString("source_slug"),
                row.getString("description"),
                row.getString("repository"),
                row.getString("repo_name"),
                row.getString("default_branch"),
                row.getString("visibility"),
                row.getBoolean("archived"),
                row.getBoolean("allow_manual"),
                row.getString("triggers"),
                row.getTimestamp("created").toInstant());
    }

    /** What a new pipeline is made of. */
    record NewPipeline(
            String name,
            String slug,
            @Nullable String sourceSlug,
            @Nullable String description,
            String repository,
            @Nullable String repoName,
            String defaultBranch) {}
}
