package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends statuses that were claimed to one forge, with what the builds are now. Thread-safe. */
final class StatusSender {
    private static final Logger log = LoggerFactory.getLogger(StatusSender.class);

    /** With the waits between them, eight hours. */
    private static final int MOST_FAILURES = 55;

    private final StatusStore store;
    private final StatusClient client;
    private final Function<UUID, Optional<BuildReport>> reports;
    private final InstantSource clock;

    StatusSender(
            StatusStore store,
            StatusClient client,
            Function<UUID, Optional<BuildReport>> reports,
            InstantSource clock) {
        this.store = requireNonNull(store, "store is null");
        this.client = requireNonNull(client, "client is null");
        this.reports = requireNonNull(reports, "reports is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Sends one and notes how that ended; on an interrupt it is left to the next one. */
    void send(ClaimedStatus claimed) {
        try {
            note(claimed, attempt(claimed));
        } catch (InterruptedException e) {
            // The exception has cleared the interrupt, so that the database can still be used.
            release(claimed);
            Thread.currentThread().interrupt();
        } catch (DatabaseUnavailableException e) {
            log.debug(
                    "{} is sent again when the claim is over", claimed.status().build());
        } catch (RuntimeException e) {
            log.error(
                    "cannot note how the status of build {} was sent",
                    claimed.status().build(),
                    e);
        }
    }

    /** What was sent, and what came of it. */
    private record Attempt(CheckState state, StatusResult result) {}

    private Attempt attempt(ClaimedStatus claimed) throws InterruptedException {
        CheckState wanted = claimed.status().wanted();
        try {
            Optional<BuildReport> report = reports.apply(claimed.status().build());
            if (report.isEmpty()) {
                return new Attempt(wanted, new StatusResult.GiveUp("the build is gone"));
            }
            StatusUpdate update =
                    update(claimed, wanted.later(CheckState.ofBuild(report.get().state())), report.get());
            return new Attempt(update.state(), client.send(update));
        } catch (DatabaseUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            log.error("cannot send the status of build {}", claimed.status().build(), e);
            return new Attempt(wanted, new StatusResult.Retry("a mistake in this server: " + e));
        }
    }

    private void release(ClaimedStatus claimed) {
        try {
            store.release(claimed, clock.instant());
        } catch (RuntimeException e) {
            log.debug(
                    "the claim on the status of build {} has to run out",
                    claimed.status().build(),
                    e);
        }
    }

    private static StatusUpdate update(ClaimedStatus claimed, CheckState state, BuildReport report) {
        StoredStatus status = claimed.status();
        return new StatusUpdate(
                status.repository(),
                status.sha(),
                status.context(),
                state,
                status.sent(),
                status.checkId(),
                claimed.isRepeated(),
                report);
    }

    private void note(ClaimedStatus claimed, Attempt attempt) {
        switch (attempt.result()) {
            case StatusResult.Done(var checkId) -> store.sent(claimed, attempt.state(), checkId, clock.instant());
            case StatusResult.RateLimited(Instant until) -> store.snooze(claimed, until, clock.instant());
            case StatusResult.GiveUp(String reason) -> giveUp(claimed, reason);
            case StatusResult.Retry(String reason) -> failed(claimed, reason);
        }
    }

    private void failed(ClaimedStatus claimed, String reason) {
        if (claimed.status().attempts() + 1 >= MOST_FAILURES) {
            giveUp(claimed, "tried " + MOST_FAILURES + " times; the last time " + reason);
        } else {
            store.retry(claimed, reason, clock.instant());
        }
    }

    private void giveUp(ClaimedStatus claimed, String reason) {
        StoredStatus status = claimed.status();
        log.warn(
                "{} gets no more statuses of build {} of {}: {}",
                status.forge().wireName(),
                status.build(),
                status.repository(),
                reason);
        store.giveUp(claimed, reason, clock.instant());
    }
}
