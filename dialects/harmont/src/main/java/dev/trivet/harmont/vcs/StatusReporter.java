package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells forges how builds are doing (spec section 6.3): noted first, sent then, each forge on a thread of its own, so that one that does not
 * answer holds up no other. Updates of a build are sent one after another, the newest state each time, and never one after its end. Several
 * servers may share the database. Thread-safe.
 */
public final class StatusReporter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusReporter.class);
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final Duration MEMORY = Duration.ofDays(90);
    private static final Duration BETWEEN_PRUNES = Duration.ofHours(1);
    private static final int AT_ONCE = 8;

    private final StatusStore store;
    private final Map<Forge, StatusSender> senders = new EnumMap<>(Forge.class);
    private final InstantSource clock;
    private final Map<Forge, WakingLoop> loops = new EnumMap<>(Forge.class);
    private volatile Instant pruned = Instant.EPOCH;

    /**
     * Does nothing before {@link #start}.
     *
     * @param clients of the forges that have credentials; builds of others have no statuses
     * @param reports the build of this public id as it is now; nothing if it is gone. Called on several threads
     */
    public StatusReporter(
            StatusStore store,
            Map<Forge, StatusClient> clients,
            Function<UUID, Optional<BuildReport>> reports,
            InstantSource clock) {
        this.store = requireNonNull(store, "store is null");
        this.clock = requireNonNull(clock, "clock is null");
        for (var client : clients.entrySet()) {
            Forge forge = client.getKey();
            senders.put(forge, new StatusSender(store, client.getValue(), reports, clock));
            loops.put(forge, new WakingLoop("statuses-" + forge.wireName(), POLL, () -> pass(forge) > 0));
        }
    }

    /** Sends everything that is not at its end once more, and from now on whatever changes. Once only. */
    public void start() {
        loops.values().forEach(WakingLoop::start);
        try {
            store.reconcile(loops.keySet());
        } catch (DatabaseUnavailableException e) {
            log.warn("statuses of builds that changed while the server was down may be late: {}", e.getMessage());
        }
        loops.values().forEach(WakingLoop::wake);
    }

    /**
     * Begins the status of a build. In the transaction that makes the build, use {@link StatusStore#open} instead and {@link #wake} after it.
     *
     * @return false if there are no credentials for its forge
     */
    public boolean opened(NewStatus status) {
        if (!loops.containsKey(status.forge())) {
            return false;
        }
        store.open(status, clock.instant());
        wake(status.forge());
        return true;
    }

    /** Notes that a build has changed; builds without a status are passed over. An older state than the one noted changes nothing. */
    public void changed(UUID build, CheckState state) {
        store.changed(build, state, clock.instant()).ifPresent(this::wake);
    }

    /** Looks at once for what is to be sent. */
    public void wake(Forge forge) {
        WakingLoop loop = loops.get(forge);
        if (loop != null) {
            loop.wake();
        }
    }

    /**
     * Sends what is due, at all forges one after another, until nothing is; for callers that do not {@link #start}.
     *
     * @return how many were tried
     */
    public int pass() {
        int tried = 0;
        for (Forge forge : loops.keySet()) {
            for (int some = pass(forge); some > 0; some = pass(forge)) {
                tried += some;
            }
        }
        return tried;
    }

    private int pass(Forge forge) {
        prune();
        StatusSender sender = requireNonNull(senders.get(forge), "no client for this forge");
        List<ClaimedStatus> claimed = store.claim(forge, AT_ONCE, clock.instant());
        // On an interrupt, close() interrupts the senders and still waits for them.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            claimed.forEach(one -> threads.execute(() -> sender.send(one)));
        }
        return claimed.size();
    }

    private void prune() {
        Instant now = clock.instant();
        if (now.isAfter(pruned.plus(BETWEEN_PRUNES))) {
            pruned = now;
            store.prune(now.minus(MEMORY));
        }
    }

    /** Stops sending; what is under way is interrupted and sent again later. */
    @Override
    public void close() {
        loops.values().forEach(WakingLoop::close);
    }
}
