package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Beat;
import dev.trivet.engine.Lease;
import dev.trivet.engine.StopReason;
import dev.trivet.sandbox.SandboxBackend;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs and executes them, as many at once as it has slots; beats every few seconds; ends what it must not do any more. Works
 * from {@link #start()} to {@link #close()}. Thread-safe.
 */
public final class Runner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Runner.class);
    private static final Duration CLAIM_WAIT = Duration.ofSeconds(10);
    /** How soon a server that was away hears of this runner when it is back. */
    private static final Duration BEAT_AGAIN = Duration.ofMillis(500);

    private final ServerLink link;
    private final SandboxBackend backend;
    private final RunnerConfig config;
    private final InstantSource clock;
    private final PackageLayers layers;
    private final Semaphore slots;
    private final Watchdog watchdog = new Watchdog();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Persistence persistence = new Persistence(closed);
    private final Semaphore beatNow = new Semaphore(0);
    private final Map<AttemptRef, JobExecution> executions = new ConcurrentHashMap<>();
    private final JobExecution.Tools tools;
    /** Leases without an execution, and since when they are seen; only the beat looks at it. */
    private final Map<AttemptRef, Instant> unknown = new HashMap<>();

    private volatile boolean draining;
    private volatile Instant lastBeat;
    /** From when on the time of the leases is counted. */
    private volatile Instant leasedSince;

    private volatile Thread claiming = Thread.currentThread();

    /** A runner without Nix. */
    public Runner(
            ServerLink link, SandboxBackend backend, ImageChooser images, RunnerConfig config, InstantSource clock) {
        this(link, backend, images, config, Optional.empty(), clock);
    }

    /** @param nix for jobs that need it */
    public Runner(
            ServerLink link,
            SandboxBackend backend,
            ImageChooser images,
            RunnerConfig config,
            Optional<NixWork> nix,
            InstantSource clock) {
        this.link = requireNonNull(link, "link is null");
        this.backend = requireNonNull(backend, "backend is null");
        this.config = requireNonNull(config, "config is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.slots = new Semaphore(config.slots());
        this.lastBeat = clock.instant();
        this.leasedSince = lastBeat;
        this.layers = new PackageLayers(
                config.work().resolve("package-layers.json"),
                config.packageLayerAge(),
                clock,
                backend::releaseSnapshot);
        this.tools = new JobExecution.Tools(
                link,
                persistence,
                new Ground(backend, images, layers, config.defaults()),
                watchdog,
                clock,
                config.fileSources(),
                config.work().resolve("tmp"),
                requireNonNull(nix, "nix is null"));
    }

    /** Registers and begins to claim. */
    public void start() {
        backend.sweep(Set.of());
        persistence.call(() -> {
            link.register();
            return true;
        });
        releaseForgottenSnapshots();
        link.onStop(beatNow::release);
        lastBeat = clock.instant();
        leasedSince = lastBeat;
        Thread.ofVirtual().name("runner-beat").start(this::beat);
        Thread.ofVirtual().name("runner-leases").start(this::watchLeases);
        claiming = Thread.ofVirtual().name("runner-claim").start(this::claim);
    }

    /** What a process that died had frozen and told nobody of; and what the server still counts on, though it is gone here. */
    private void releaseForgottenSnapshots() {
        Set<String> known = new HashSet<>(persistence.call(link::snapshots));
        List<String> lost = known.stream()
                .filter(snapshot -> !backend.snapshots().contains(snapshot))
                .toList();
        if (!lost.isEmpty()) {
            log.warn("{} snapshots of jobs are not here any more", lost.size());
            persistence.call(() -> {
                link.snapshotsReleased(lost);
                return true;
            });
        }
        known.addAll(layers.snapshots());
        backend.snapshots().stream()
                .filter(snapshot -> !known.contains(snapshot))
                .forEach(backend::releaseSnapshot);
    }

    /** How many attempts it executes now. */
    public int busy() {
        return executions.size();
    }

    private void claim() {
        while (!draining) {
            try {
                slots.acquire();
                slots.release();
                List<Lease> leases = link.claim(slots.availablePermits(), CLAIM_WAIT);
                for (Lease lease : leases) {
                    slots.acquire();
                    execute(lease);
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (LinkUnavailableException unavailable) {
                pause();
            } catch (RuntimeException failed) {
                log.error("claiming failed and will be tried again", failed);
                pause();
            }
        }
    }

    private void execute(Lease lease) {
        var execution = new JobExecution(lease, tools);
        executions.put(lease.ref(), execution);
        Thread.ofVirtual()
                .name("job-" + lease.ref().jobId() + "-" + lease.ref().attempt())
                .start(() -> {
                    try {
                        execution.run();
                    } catch (LinkUnavailableException closing) {
                        log.warn(
                                "job {} ended while the server could not be told",
                                lease.ref().jobId());
                    } catch (RuntimeException failed) {
                        log.error(
                                "job {} broke its runner's thread", lease.ref().jobId(), failed);
                    } finally {
                        executions.remove(lease.ref());
                        link.over(lease.ref());
                        slots.release();
                    }
                });
    }

    private void beat() {
        Duration pause = config.beatInterval();
        while (closed.getCount() > 0) {
            Instant asked = clock.instant();
            try {
                boolean _ = beatNow.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                beatNow.drainPermits();
                if (closed.getCount() == 0) {
                    return;
                }
                // The server counts from when it heard of us, which was not before this.
                asked = clock.instant();
                Beat answer = link.beat();
                leasedSince = asked;
                obey(answer);
                lastBeat = clock.instant();
                pause = config.beatInterval();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            } catch (ServerAbsentException absent) {
                leasedSince = asked;
                pause = BEAT_AGAIN;
            } catch (LinkUnavailableException unavailable) {
                pause = BEAT_AGAIN;
            } catch (RuntimeException failed) {
                log.error("the beat failed and will be tried again", failed);
                pause = config.beatInterval();
            }
        }
    }

    private void obey(Beat beat) {
        if (beat.superseded()) {
            log.error("another process has registered as this runner: everything that runs here is ended");
            executions.values().forEach(execution -> execution.stop(StopCause.LEASE_LOST));
            return;
        }
        beat.stops().forEach((ref, reason) -> stop(ref, cause(reason)));
        Instant before = lastBeat;
        executions.forEach((ref, execution) -> {
            // An attempt that was claimed after the beat was answered is not in the answer.
            if (!beat.held().contains(ref) && execution.claimedBefore(before)) {
                execution.stop(StopCause.LEASE_LOST);
            }
        });
        giveBackUnknown(beat.held());
        if (!beat.releasable().isEmpty()) {
            beat.releasable().forEach(backend::releaseSnapshot);
            link.snapshotsReleased(beat.releasable());
        }
    }

    /** Leases that this runner does not execute, because it never heard of them or gave them up, must not be held for ever. */
    private void giveBackUnknown(Set<AttemptRef> held) {
        Instant now = clock.instant();
        unknown.keySet().retainAll(held);
        for (AttemptRef ref : held) {
            if (executions.containsKey(ref)) {
                unknown.remove(ref);
                continue;
            }
            Instant since = unknown.computeIfAbsent(ref, seen -> now);
            // A claim that is on its way may be younger than the beat that names it.
            if (Duration.between(since, now).compareTo(config.beatInterval().multipliedBy(2)) >= 0) {
                log.warn("attempt {} of job {} is given back: it does not run here", ref.attempt(), ref.jobId());
                link.finish(new AttemptResult(
                        ref, JobEvent.LOSE, Outcome.of(Reason.RUNNER_LOST, "the runner does not execute it"), null));
            }
        }
    }

    /** Apart from the beat, which may be waiting for an answer that does not come. */
    private void watchLeases() {
        while (closed.getCount() > 0 && !config.keepsLeasesAlone()) {
            giveUpLostLeases();
            pause();
        }
    }

    /** By this runner's own clock its leases are gone: somebody else may be executing the same jobs. */
    private void giveUpLostLeases() {
        if (Duration.between(leasedSince, clock.instant()).compareTo(config.leaseTimeout()) > 0) {
            executions.values().forEach(execution -> execution.stop(StopCause.LEASE_LOST));
        }
    }

    private void stop(AttemptRef ref, StopCause cause) {
        JobExecution execution = executions.get(ref);
        if (execution != null) {
            execution.stop(cause);
        }
    }

    private static StopCause cause(StopReason reason) {
        return switch (reason) {
            case CANCEL -> StopCause.CANCEL;
            case RUN_TIMEOUT -> StopCause.RUN_TIMEOUT;
        };
    }

    private void pause() {
        try {
            boolean _ = closed.await(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no more jobs, and waits for those it has until {@code longest} is over. */
    public void drain(Duration longest) {
        draining = true;
        claiming.interrupt();
        long end = System.nanoTime() + longest.toNanos();
        try {
            while (!executions.isEmpty() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends at once: what still runs is killed and counts as lost, so that it runs again. */
    @Override
    public void close() {
        draining = true;
        claiming.interrupt();
        executions.values().forEach(execution -> execution.stop(StopCause.SHUTDOWN));
        drain(Duration.ofSeconds(5));
        closed.countDown();
        beatNow.release();
        watchdog.close();
        try {
            link.leave();
        } catch (LinkUnavailableException unavailable) {
            log.info("the server could not be told that this runner leaves; it will notice");
        }
    }
}
