package dev.trivet.web;

import dev.trivet.store.RunRow;
import java.util.Collection;
import java.util.Map;

/** A dialect's knowledge of its runs. Thread-safe. */
@FunctionalInterface
public interface RunDirectory {

    /** Those of the runs that this dialect knows, by id; the others are left out. */
    Map<Long, RunAccess> of(Collection<RunRow> runs);
}
