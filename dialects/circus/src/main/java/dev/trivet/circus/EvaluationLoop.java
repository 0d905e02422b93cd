package dev.trivet.circus;

import dev.trivet.core.StorageFullException;
import dev.trivet.engine.Engine;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import dev.trivet.store.NotificationListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches repositories and has commits evaluated (spec section 4.1): looks at once when something was changed, and otherwise when a jobset is
 * due. Several servers may do so on one database. Thread-safe.
 */
final class EvaluationLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EvaluationLoop.class);
    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    /** Looking for builds that nobody has sent passes over all that wait. */
    private static final Duration BETWEEN_SENDING = Duration.ofSeconds(2);

    private static final Duration LONGEST_END = Duration.ofSeconds(5);
    private static final int REPOSITORIES_AT_ONCE = 8;
    private static final int MOST_STARTED_AT_ONCE = 100;

    /** What it stands on. */
    record Ground(
            Database database,
            Engine engine,
            CircusPlanner planner,
            EvaluationReader.Ground reading,
            RepositoryWatch watch,
            BuildActions actions,
            Housekeeping housekeeping,
            CircusListener listener,
            Heartbeats heartbeats,
            EvaluationSettings settings,
            InstantSource clock) {}

    private final Ground ground;
    private final EvaluationStore evaluations;
    private final InputStore inputs;
    private final Semaphore wakeups = new Semaphore(0);
    private final Semaphore repositories = new Semaphore(REPOSITORIES_AT_ONCE);
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<UUID, Thread> readers = new ConcurrentHashMap<>();
    /** Evaluations whose results could not be taken in, and when to try again. */
    private final Map<UUID, Instant> later = new ConcurrentHashMap<>();

    private final List<Thread> threads = new ArrayList<>();
    private Instant lastBeat = Instant.EPOCH;
    private Instant lastSent = Instant.EPOCH;
    private volatile boolean closed;

    EvaluationLoop(Ground ground) {
        this.ground = Objects.requireNonNull(ground, "ground is null");
        this.evaluations = new EvaluationStore(ground.database);
        this.inputs = new InputStore(ground.database);
    }

    /** Begins; says that it is there before it returns. */
    void start() {
        beat();
        threads.add(Thread.ofVirtual().name("circus-evaluations").start(this::run));
    }

    /** Hears of changes that others have made. */
    NotificationListener listener() {
        return new NotificationListener() {
            @Override
            public void onNotification(String payload) {
                wake();
            }

            @Override
            public void onGap() {
                wake();
            }
        };
    }

    /** Something may be due now. */
    void wake() {
        wakeups.release();
    }

    private void run() {
        boolean lookedBack = false;
        while (!closed) {
            Duration pause = ground.settings.poll();
            try {
                pause = pass();
                if (!lookedBack) {
                    ground.listener.lookBack();
                    lookedBack = true;
                }
            } catch (DatabaseUnavailableException away) {
                log.debug("the database is away", away);
                pause = AGAIN;
            } catch (RuntimeException failed) {
                log.warn("looking for what is to be evaluated failed; trying again in {} s", AGAIN.toSeconds(), failed);
                pause = AGAIN;
            }
            try {
                if (wakeups.tryAcquire(Math.max(SHORTEST.toMillis(), pause.toMillis()), TimeUnit.MILLISECONDS)) {
                    // What came together is looked at together.
                    TimeUnit.MILLISECONDS.sleep(SHORTEST.toMillis());
                    wakeups.drainPermits();
                }
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    /** One look at everything; answers how long it may be until the next. */
    private Duration pass() {
        begin();
        List<RunningEvaluation> running = evaluations.running();
        running.forEach(this::follow);
        later.keySet().retainAll(running.stream().map(RunningEvaluation::id).toList());
        Instant now = ground.clock.instant();
        boolean sends = !now.isBefore(lastSent.plus(BETWEEN_SENDING));
        if (sends) {
            ground.actions.send();
            ground.listener.takeOver();
            lastSent = now;
        }
        Duration housekeeping = ground.housekeeping.look(now);
        Map<String, List<RepositoryWatch.Due>> due = new HashMap<>();
        Duration pause = least(later.isEmpty() ? ground.settings.poll() : AGAIN, housekeeping);
        pause = sends ? pause : least(pause, BETWEEN_SENDING);
        for (RepositoryWatch.Due one :
                ground.settings.most() == 0 ? List.<RepositoryWatch.Due>of() : ground.watch.due()) {
            if (one.at().isAfter(now)) {
                pause = least(pause, Duration.between(now, one.at()));
            } else {
                due.computeIfAbsent(one.url(), _ -> new ArrayList<>()).add(one);
            }
        }
        due.forEach(this::ask);
        beat();
        return pause;
    }

    private void beat() {
        Instant now = ground.clock.instant();
        if (Duration.between(lastBeat, now).compareTo(ground.settings.poll().dividedBy(2)) >= 0) {
            ground.heartbeats.beat(HealthRoutes.EVALUATOR, ground.settings.poll());
            lastBeat = now;
        }
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    // ---- repositories

    /** Asks one repository for all its jobsets that are due, unless it is being asked. */
    private void ask(String url, List<RepositoryWatch.Due> those) {
        if (!asked.add(url)) {
            return;
        }
        Thread.ofVirtual().name("circus-repository").start(() -> {
            boolean changed = false;
            try {
                repositories.acquire();
                try {
                    changed = ground.watch.look(url, those);
                } finally {
                    repositories.release();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failed) {
                log.warn("looking at {} failed", url, failed);
            } finally {
                asked.remove(url);
            }
            if (changed) {
                wake();
            }
        });
    }

    // ---- evaluations

    private void begin() {
        int room = Math.min(MOST_STARTED_AT_ONCE, ground.settings.most() - evaluations.runningCount());
        if (room <= 0) {
            return;
        }
        Set<UUID> jobsets = new HashSet<>();
        for (DueEvaluation due : evaluations.due(room)) {
            boolean alone = due.jobset().state() == JobsetState.ONE_AT_A_TIME;
            if (!alone || jobsets.add(due.jobset().id())) {
                begin(due);
            }
        }
    }

    private void begin(DueEvaluation due) {
        List<JobsetInput> arguments = inputs.list(due.jobset().id());
        String hash = InputsHash.of(due.commit(), due.jobset(), arguments);
        try {
            var plan = ground.planner.evaluate(due, arguments);
            int shares = Math.clamp(due.jobset().schedulingShares(), 1, 1_000_000);
            ground.engine.share(plan.tenant(), shares);
            SubmittedRun run = ground.engine.submit(
                    plan, (handle, submitted) -> EvaluationStore.begin(handle, due.id(), submitted, hash));
            if (!evaluations.isOf(due.id(), run.runId())) {
                ground.engine.cancelRun(run.runId());
                return;
            }
        } catch (IllegalArgumentException impossible) {
            evaluations.refuse(due.id(), String.valueOf(impossible.getMessage()), ground.clock.instant());
            return;
        } catch (StorageFullException full) {
            log.warn("no room for an evaluation; it waits: {}", full.getMessage());
            return;
        }
        if (ground.settings.onlyLatest()) {
            evaluations.superseded(due).forEach(ground.engine::cancelRun);
        }
    }

    /** Takes in what a running evaluation finds, on a thread of its own. */
    private void follow(RunningEvaluation evaluation) {
        Instant due = later.get(evaluation.id());
        if (closed || (due != null && due.isAfter(ground.clock.instant()))) {
            return;
        }
        readers.computeIfAbsent(
                evaluation.id(),
                id -> Thread.ofVirtual().name("circus-results-" + id).start(() -> read(evaluation)));
    }

    private void read(RunningEvaluation evaluation) {
        boolean again = true;
        try {
            again = !new EvaluationReader(ground.reading, evaluation, () -> closed).read();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException failed) {
            if (!closed) {
                log.warn("the results of evaluation {} cannot be taken in; trying again", evaluation.id(), failed);
            }
        }
        if (again) {
            later.put(evaluation.id(), ground.clock.instant().plus(AGAIN));
        } else {
            later.remove(evaluation.id());
        }
        readers.remove(evaluation.id());
        wake();
    }

    @Override
    public void close() {
        closed = true;
        wake();
        // Not interrupted: that would break the connection of one that is just writing.
        for (Thread thread : threads) {
            join(thread);
        }
        for (Thread thread : List.copyOf(readers.values())) {
            join(thread);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(LONGEST_END);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
