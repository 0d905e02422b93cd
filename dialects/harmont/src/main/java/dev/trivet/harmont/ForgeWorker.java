package dev.trivet.harmont;

import dev.trivet.harmont.vcs.CheckState;
import dev.trivet.harmont.vcs.DeliveryStore;
import dev.trivet.harmont.vcs.NewStatus;
import dev.trivet.harmont.vcs.QueuedEvent;
import dev.trivet.harmont.vcs.StatusReporter;
import dev.trivet.harmont.vcs.StatusStore;
import dev.trivet.harmont.vcs.StoredStatus;
import dev.trivet.harmont.vcs.WebhookEvent;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Acts on what forges told, one event after another, until it is closed. What fails is tried again later. Thread-safe. */
final class ForgeWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ForgeWorker.class);
    private static final int AT_ONCE = 4;
    private static final int MOST_ATTEMPTS = 8;
    private static final long POLL_MILLIS = 5_000;
    private static final long PAUSE_MILLIS = 500;

    private final DeliveryStore deliveries;
    private final StatusStore statuses;
    private final StatusReporter reporter;
    private final BuildStore builds;
    private final ForgeBuilds forge;
    private final InstantSource clock;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("forge-events").unstarted(this::work);

    ForgeWorker(
            DeliveryStore deliveries,
            StatusStore statuses,
            StatusReporter reporter,
            BuildStore builds,
            ForgeBuilds forge,
            InstantSource clock) {
        this.deliveries = Objects.requireNonNull(deliveries, "deliveries is null");
        this.statuses = Objects.requireNonNull(statuses, "statuses is null");
        this.reporter = Objects.requireNonNull(reporter, "reporter is null");
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.forge = Objects.requireNonNull(forge, "forge is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    void start() {
        thread.start();
    }

    /** There is something to do. */
    void wake() {
        news.release();
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    news.drainPermits();
                    List<QueuedEvent> due = deliveries.claim(AT_ONCE, clock.instant());
                    for (QueuedEvent event : due) {
                        act(event);
                    }
                    if (due.isEmpty()) {
                        deliveries.prune(clock.instant());
                        boolean _ = news.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    }
                } catch (DatabaseUnavailableException away) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void act(QueuedEvent event) throws InterruptedException {
        try {
            for (Started one : start(event)) {
                reporter.opened(one.status);
                reporter.changed(
                        one.build.id(), CheckState.ofBuild(one.build.state().wireName()));
            }
            deliveries.done(event);
        } catch (DatabaseUnavailableException away) {
            throw away;
        } catch (IOException | RuntimeException failed) {
            if (event.attempt() >= MOST_ATTEMPTS) {
                log.error("the event {} of {} is given up", event.deliveryId(), event.forge(), failed);
                deliveries.done(event);
            } else {
                log.warn("the event {} of {} failed, it is tried again", event.deliveryId(), event.forge(), failed);
                deliveries.retry(event, String.valueOf(failed.getMessage()), clock.instant());
            }
        }
    }

    /** A build, and where it is reported. */
    private record Started(Build build, NewStatus status) {}

    private List<Started> start(QueuedEvent queued) throws IOException, InterruptedException {
        List<Started> started = new ArrayList<>();
        switch (queued.event()) {
            case WebhookEvent.Push push -> {
                for (Build build : forge.take(push)) {
                    started.add(started(queued, build, push.repository().fullName(), push.commit()));
                }
            }
            case WebhookEvent.PullRequest request -> {
                for (Build build : forge.take(request)) {
                    started.add(started(
                            queued,
                            build,
                            request.repository().fullName(),
                            request.head().commit()));
                }
            }
            case WebhookEvent.Rerun rerun -> {
                for (StoredStatus before : statuses.ofRerun(queued.forge(), rerun)) {
                    var again = builds.find(before.build());
                    var build = again.isPresent() ? forge.again(again.get()) : again;
                    build.ifPresent(made -> started.add(started(queued, made, before.repository(), before.sha())));
                }
            }
            case WebhookEvent.Ping _, WebhookEvent.Ignored _ -> {}
        }
        return started;
    }

    private static Started started(QueuedEvent queued, Build build, String repository, String commit) {
        return new Started(
                build,
                new NewStatus(build.id(), queued.forge(), repository, commit, NewStatus.context(build.pipeline())));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
