package dev.trivet.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The engine's answer to a runner's sign of life.
 *
 * @param superseded the same runner has registered again, or this session has left: this session must end everything that it does
 * @param held the attempts whose lease this session has; whatever else it executes, it must kill
 * @param stops attempts that must be stopped, and why
 * @param releasable snapshots that no job needs any more
 */
public record Beat(
        boolean superseded, Set<AttemptRef> held, Map<AttemptRef, StopReason> stops, List<String> releasable) {
    public Beat {
        held = Set.copyOf(held);
        stops = Map.copyOf(stops);
        releasable = List.copyOf(releasable);
    }
}
