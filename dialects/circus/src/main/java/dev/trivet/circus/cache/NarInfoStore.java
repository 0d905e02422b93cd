package dev.trivet.circus.cache;

import dev.trivet.nix.archive.NarInfo;
import dev.trivet.nix.archive.NixHash;
import dev.trivet.nix.archive.Signature;
import dev.trivet.nix.archive.StorePath;
import dev.trivet.store.Database;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code narinfo_cache}. Thread-safe. */
final class NarInfoStore {
    /** Where servers of one database tell each other which narinfos are others now: hashes, separated by spaces. */
    static final String CHANGED = "circus_narinfo_changed";

    private static final int HASHES_AT_ONCE = 200;
    /** Nobody is told of what nobody could trust. */
    private static final String SERVED = "n.blob is not null and (n.sig is not null or n.ca is not null)";

    private final Database database;
    private final String storeDirectory;

    /** @param storeDirectory of the paths that it has */
    NarInfoStore(Database database, String storeDirectory) {
        this.storeDirectory = Objects.requireNonNull(storeDirectory, "storeDirectory is null");
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** What may be told of the path with this hash. */
    Optional<CachedPath> find(String hash) {
        return database.read(handle -> handle.createQuery("select n.* from circus.narinfo_cache n where n.hash = :hash"
                        + " and starts_with(n.store_path, :directory) and " + SERVED)
                .bind("hash", hash)
                .bind("directory", storeDirectory + "/")
                .map((row, context) -> path(row))
                .findOne());
    }

    /** How an archive is compressed and since when it is there, if it may be served. */
    Optional<Archive> archive(String blob) {
        return database.read(handle -> handle.createQuery("""
                        select n.url, n.file_size, min(n.created_at) as since from circus.narinfo_cache n
                        where n.blob = :blob and %s group by n.url, n.file_size limit 1
                        """.formatted(SERVED))
                .bind("blob", blob)
                .map((row, context) ->
                        new Archive(row.getString("url"), row.getLong("file_size"), instant(row, "since")))
                .findOne());
    }

    /** What is served of a blob. */
    record Archive(String url, long size, Instant since) {}

    /** Those of the paths that are there; they are kept for a while from now on. */
    Set<String> keep(Collection<String> storePaths, Instant now) {
        return new HashSet<>(database.write(handle -> handle.createQuery("""
                        with held as (
                            select n.store_path from circus.narinfo_cache n where n.store_path = any(:paths) and %s
                            order by n.store_path for update)
                        update circus.narinfo_cache n set kept_at = greatest(n.kept_at, :now)
                        from held where n.store_path = held.store_path returning n.store_path
                        """.formatted(SERVED))
                .bindArray("paths", String.class, storePaths)
                .bind("now", now)
                .mapTo(String.class)
                .list()));
    }

    /** Enters a path; one that is there has the new archive and signatures from now on. */
    void put(CachedPath path, @Nullable UUID build) {
        NarInfo info = path.info();
        database.write(handle -> {
            handle.createUpdate("""
                            insert into circus.narinfo_cache (store_path, nar_hash, nar_size, file_hash, file_size, compression, url,
                                blob, deriver, "references", sig, ca, build_id, created_at, kept_at)
                            values (:path, :narHash, :narSize, :fileHash, :fileSize, :compression, :url, :blob, :deriver,
                                :references, :sig, :ca, (select id from circus.builds where id = :build), :now, :now)
                            on conflict (store_path) do update set nar_hash = excluded.nar_hash, nar_size = excluded.nar_size,
                                file_hash = excluded.file_hash, file_size = excluded.file_size,
                                compression = excluded.compression, url = excluded.url, blob = excluded.blob,
                                deriver = excluded.deriver, "references" = excluded."references", sig = excluded.sig,
                                ca = excluded.ca, created_at = excluded.created_at, kept_at = excluded.kept_at
                            """)
                    .bind("path", info.path().toString())
                    .bind("narHash", info.narHash().nix32())
                    .bind("narSize", info.narSize())
                    .bind(
                            "fileHash",
                            info.fileHash() == null ? null : info.fileHash().nix32())
                    .bind("fileSize", info.fileSize())
                    .bind("compression", info.compression())
                    .bind("url", info.url())
                    .bind("blob", path.blob())
                    .bind("deriver", info.deriver())
                    .bindArray("references", String.class, info.references())
                    .bind("sig", info.signatures().isEmpty() ? null : lines(info.signatures()))
                    .bind("ca", info.ca())
                    .bind("build", build)
                    .bind("now", path.createdAt())
                    .execute();
            changed(handle, List.of(path.hash()));
            return true;
        });
    }

    /** Forgets what has this blob: it is not stored any more. Answers the hashes. */
    List<String> lost(String blob) {
        return database.write(handle -> {
            List<String> hashes = handle.createQuery(
                            "delete from circus.narinfo_cache where blob = :blob returning hash")
                    .bind("blob", blob)
                    .mapTo(String.class)
                    .list();
            changed(handle, hashes);
            return hashes;
        });
    }

    /** Tells all servers of this database, when the transaction is committed. */
    static void changed(Handle handle, List<String> hashes) {
        for (int from = 0; from < hashes.size(); from += HASHES_AT_ONCE) {
            List<String> some = hashes.subList(from, Math.min(hashes.size(), from + HASHES_AT_ONCE));
            handle.createQuery("select cast(pg_notify(:channel, :hashes) as text)")
                    .bind("channel", CHANGED)
                    .bind("hashes", String.join(" ", some))
                    .mapTo(String.class)
                    .findOne();
        }
    }

    /** Whether these paths and all that they refer to are there. */
    boolean isComplete(Collection<String> storePaths) {
        List<String> names =
                storePaths.stream().map(CachedPath::base).distinct().toList();
        return !names.isEmpty()
                && database.read(handle -> handle.createQuery("""
                                with recursive closure(name) as (
                                    select unnest(cast(:names as text[]))
                                    union
                                    select r.name from closure c
                                    join circus.narinfo_cache n on n.hash = left(c.name, 32)
                                    cross join lateral unnest(n."references") as r(name))
                                select not exists (
                                    select 1 from closure c where not exists (
                                        select 1 from circus.narinfo_cache n where n.hash = left(c.name, 32) and %s))
                                """.formatted(SERVED))
                        .bindArray("names", String.class, names)
                        .mapTo(Boolean.class)
                        .one());
    }

    /** These paths and all that they refer to are kept for a while from now on. */
    void keepClosure(Collection<String> storePaths, Instant now) {
        database.write(handle -> handle.createUpdate("""
                        with recursive closure(hash) as (
                            select left(name, 32) from unnest(cast(:names as text[])) as s(name)
                            union
                            select left(r.name, 32) from closure c
                            join circus.narinfo_cache n on n.hash = c.hash
                            cross join lateral unnest(n."references") as r(name)),
                        held as (
                            select n.store_path from circus.narinfo_cache n join closure c on c.hash = n.hash
                            order by n.store_path for update of n)
                        update circus.narinfo_cache n set kept_at = greatest(n.kept_at, :now)
                        from held where n.store_path = held.store_path
                        """)
                .bindArray(
                        "names",
                        String.class,
                        storePaths.stream().map(CachedPath::base).toList())
                .bind("now", now)
                .execute());
    }

    /** Notes when archives were fetched. */
    void fetched(Collection<String> blobs, Instant at) {
        database.write(handle -> handle.createUpdate("""
                        with held as (
                            select store_path from circus.narinfo_cache where blob = any(:blobs) order by store_path for update)
                        update circus.narinfo_cache n set last_fetched_at = greatest(last_fetched_at, :at)
                        from held where n.store_path = held.store_path
                        """)
                .bindArray("blobs", String.class, blobs)
                .bind("at", at)
                .execute());
    }

    /** Those of the blobs that something is served from. */
    Set<String> referencedAmong(Collection<String> blobs) {
        return new HashSet<>(database.read(
                handle -> handle.createQuery("select distinct blob from circus.narinfo_cache where blob = any(:blobs)")
                        .bindArray("blobs", String.class, blobs)
                        .mapTo(String.class)
                        .list()));
    }

    /** How much is there. */
    Size size() {
        return database.read(handle -> handle.createQuery("""
                        select count(*) as paths, coalesce(sum(nar_size), 0) as nars, (
                            select coalesce(sum(size), 0) from (
                                select max(file_size) as size from circus.narinfo_cache group by blob) b) as files
                        from circus.narinfo_cache
                        """)
                .map((row, context) -> new Size(row.getLong("paths"), row.getLong("nars"), row.getLong("files")))
                .one());
    }

    /**
     * @param narBytes of the archives before they were compressed
     * @param fileBytes that are stored
     */
    record Size(long paths, long narBytes, long fileBytes) {}

    private static String lines(List<Signature> signatures) {
        return signatures.stream().map(Signature::toString).collect(Collectors.joining("\n"));
    }

    private CachedPath path(ResultSet row) throws SQLException {
        String signatures = row.getString("sig");
        String fileHash = row.getString("file_hash");
        var info = new NarInfo(
                StorePath.parse(storeDirectory, row.getString("store_path")),
                row.getString("url"),
                row.getString("compression"),
                fileHash == null ? null : NixHash.parse(fileHash),
                row.getObject("file_size", Long.class),
                NixHash.parse(row.getString("nar_hash")),
                row.getLong("nar_size"),
                texts(row, "references"),
                row.getString("deriver"),
                row.getString("ca"),
                signatures == null
                        ? List.of()
                        : signatures.lines().map(Signature::parse).toList());
        return new CachedPath(info, row.getString("blob"), instant(row, "created_at"));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class), column + " is null")
                .toInstant();
    }
}
