package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.http.HttpException;
import dev.trivet.store.RunRow;
import dev.trivet.store.RunStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Runs as a viewer may see them. Thread-safe. */
final class Runs {
    /** Runs on one page of the list. */
    static final int PAGE = 25;

    private static final int BATCH = 100;
    /** Runs that are looked at for one page; who may see fewer goes on with the next page. */
    private static final int MOST_LOOKED_AT = 2000;

    private final RunStore store;
    private final List<RunDirectory> directories;

    Runs(RunStore store, List<RunDirectory> directories) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.directories = List.copyOf(directories);
    }

    /** The runs from {@code newest} (inclusive) down that stand in the viewer's list. */
    Listing list(Optional<Principal> viewer, long newest) {
        List<Entry> found = new ArrayList<>();
        long next = newest;
        for (int looked = 0; looked < MOST_LOOKED_AT; looked += BATCH) {
            List<RunRow> rows = store.newest(next, BATCH);
            Map<Long, RunAccess> access = access(rows);
            for (RunRow row : rows) {
                RunAccess of = Objects.requireNonNull(access.get(row.id()), "each run has an access");
                if (of.mayList(viewer)) {
                    if (found.size() == PAGE) {
                        return new Listing(found, row.id());
                    }
                    found.add(new Entry(row, of));
                }
            }
            if (rows.size() < BATCH) {
                return new Listing(found, 0);
            }
            next = rows.getLast().id() - 1;
        }
        return new Listing(found, next);
    }

    /**
     * The run of this id.
     *
     * @throws HttpException 404 if there is none or the viewer may not see it
     */
    Entry read(Optional<Principal> viewer, long runId) {
        return find(viewer, runId).orElseThrow(() -> HttpException.notFound("404 not found"));
    }

    /** The run of this id, if there is one and the viewer may see it. */
    Optional<Entry> find(Optional<Principal> viewer, long runId) {
        return store.run(runId)
                .map(run -> new Entry(run, access(List.of(run)).getOrDefault(runId, new UnknownRun(run))))
                .filter(entry -> entry.access().mayRead(viewer));
    }

    private Map<Long, RunAccess> access(Collection<RunRow> rows) {
        Map<Long, RunAccess> access = new HashMap<>();
        rows.forEach(row -> access.put(row.id(), new UnknownRun(row)));
        directories.forEach(directory -> access.putAll(directory.of(rows)));
        return access;
    }

    /** A run with what its dialect knows of it. */
    record Entry(RunRow run, RunAccess access) {}

    /**
     * A page.
     *
     * @param next where the page behind it begins; 0 if this is the last one
     */
    record Listing(List<Entry> entries, long next) {}
}
