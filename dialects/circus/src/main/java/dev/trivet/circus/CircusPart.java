package dev.trivet.circus;

import dev.trivet.blobs.BlobStore;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.store.Database;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/** A part of this dialect that stands in a package of its own and is put to it by whoever makes the dialect; at least routes. Thread-safe. */
public interface CircusPart extends AutoCloseable {
    /** What it stands on. */
    record Ground(Database database, BlobStore blobs, Rights rights, Audit audit, InstantSource clock, String origin) {}

    /** Makes one. */
    @FunctionalInterface
    interface Maker {
        CircusPart make(Ground ground);
    }

    /** Its routes below {@code /api/v1}. */
    List<Route> api();

    /** Its routes elsewhere, which need no credential. */
    default List<RouteGroup> open() {
        return List.of();
    }

    /** Those of these blobs that it needs, by their hashes. */
    default Collection<String> referencedBlobs(Collection<String> hashes) {
        return List.of();
    }

    /** Begins what it does by itself. */
    default void start() {}

    /** Builds or evaluations have ended, or something was declared. Returns at once. */
    default void wake() {}

    @Override
    default void close() {}
}
