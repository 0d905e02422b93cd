package dev.trivet.engine;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A runner as it introduces itself.
 *
 * @param id the same over restarts
 * @param provides what it can offer, see {@link dev.trivet.core.plan.Requirements}
 * @param mandatory it takes only jobs that ask for all of these
 * @param slots how many jobs it runs at once
 */
public record RunnerInfo(UUID id, String name, Set<String> provides, Set<String> mandatory, int slots) {
    public RunnerInfo {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(name, "name is null");
        provides = Set.copyOf(provides);
        mandatory = Set.copyOf(mandatory);
    }

    /** The word for this runner alone: jobs that need the files it keeps ask for it. */
    public static String wordFor(UUID id) {
        return "runner:" + id;
    }

    /** What it provides, and itself. */
    Set<String> offers() {
        Set<String> offers = new HashSet<>(provides);
        offers.add(wordFor(id));
        return offers;
    }
}
