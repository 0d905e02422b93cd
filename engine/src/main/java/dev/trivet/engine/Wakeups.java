package dev.trivet.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** What a transaction makes worth looking at once it is committed. Filled and read by one thread. */
final class Wakeups {
    private final Set<Long> lanes = new HashSet<>();
    private final Set<UUID> runners = new HashSet<>();
    private boolean events;

    void lane(long laneId) {
        lanes.add(laneId);
    }

    void runner(UUID runnerId) {
        runners.add(runnerId);
    }

    void events() {
        events = true;
    }

    Set<Long> lanes() {
        return lanes;
    }

    Set<UUID> runners() {
        return runners;
    }

    boolean isEmpty() {
        return lanes.isEmpty() && runners.isEmpty() && !events;
    }

    void add(Wakeups more) {
        lanes.addAll(more.lanes);
        runners.addAll(more.runners);
        events |= more.events;
    }

    boolean hasEvents() {
        return events;
    }
}
