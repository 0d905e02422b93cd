package dev.trivet.harmont;

import dev.trivet.harmont.vcs.CheckState;
import dev.trivet.harmont.vcs.Forge;
import dev.trivet.harmont.vcs.NewStatus;
import dev.trivet.harmont.vcs.QueuedEvent;
import dev.trivet.harmont.vcs.StatusReporter;
import dev.trivet.harmont.vcs.StatusStore;
import dev.trivet.harmont.vcs.StoredStatus;
import dev.trivet.harmont.vcs.WebhookEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Acts on what a forge told: starts builds and begins their statuses. Doing the same event again does no harm; what fails is thrown, so that
 * the event comes again. Thread-safe.
 */
final class ForgeActions implements Consumer<QueuedEvent> {
    private final StatusStore statuses;
    private final StatusReporter reporter;
    private final BuildStore builds;
    private final Installations installations;
    private final ForgeBuilds forge;

    ForgeActions(
            StatusStore statuses,
            StatusReporter reporter,
            BuildStore builds,
            Installations installations,
            ForgeBuilds forge) {
        this.statuses = Objects.requireNonNull(statuses, "statuses is null");
        this.reporter = Objects.requireNonNull(reporter, "reporter is null");
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.installations = Objects.requireNonNull(installations, "installations is null");
        this.forge = Objects.requireNonNull(forge, "forge is null");
    }

    @Override
    public void accept(QueuedEvent event) {
        try {
            for (Started one : start(event)) {
                boolean told = reporter.opened(one.status);
                if (told) {
                    reporter.changed(
                            one.build.id(), CheckState.ofBuild(one.build.state().wireName()));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted; the event is acted on later", closed);
        }
    }

    /** A build, and where it is reported. */
    private record Started(Build build, NewStatus status) {}

    private List<Started> start(QueuedEvent queued) throws IOException, InterruptedException {
        List<Started> started = new ArrayList<>();
        if (isDropped(queued)) {
            return started;
        }
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
            case WebhookEvent.Installation changed -> installations.changed(changed);
            case WebhookEvent.Ping _, WebhookEvent.Ignored _ -> {}
        }
        return started;
    }

    /** Where the App is suspended, nothing is built. */
    private boolean isDropped(QueuedEvent queued) {
        if (queued.forge() != Forge.GITHUB) {
            return false;
        }
        return switch (queued.event()) {
            case WebhookEvent.Push push ->
                installations.isSuspended(push.repository().fullName());
            case WebhookEvent.PullRequest request ->
                installations.isSuspended(request.repository().fullName());
            case WebhookEvent.Rerun rerun ->
                installations.isSuspended(rerun.repository().fullName());
            case WebhookEvent.Installation _, WebhookEvent.Ping _, WebhookEvent.Ignored _ -> false;
        };
    }

    private static Started started(QueuedEvent queued, Build build, String repository, String commit) {
        return new Started(
                build,
                new NewStatus(build.id(), queued.forge(), repository, commit, NewStatus.context(build.pipeline())));
    }
}
