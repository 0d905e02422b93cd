package dev.trivet.harmont;

import dev.trivet.harmont.vcs.ForgeException;
import dev.trivet.harmont.vcs.GitHubInstallations;
import dev.trivet.harmont.vcs.GitHubInstallations.Found;
import dev.trivet.harmont.vcs.WebhookEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/** Keeps what GitHub tells of the App's installations (spec sections 6.1 and 6.2). Thread-safe. */
final class Installations {
    private final ConnectionStore store;
    private final Optional<GitHubInstallations> github;
    private final InstantSource clock;

    Installations(ConnectionStore store, Optional<GitHubInstallations> github, InstantSource clock) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.github = Objects.requireNonNull(github, "github is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** What happens in repositories of this owner starts nothing while the App is suspended there. */
    boolean isSuspended(String fullName) {
        int slash = fullName.indexOf('/');
        return slash > 0 && store.isSuspended(fullName.substring(0, slash));
    }

    /** @throws IOException if GitHub does not say what is there now; then the event comes again */
    void changed(WebhookEvent.Installation event) throws IOException, InterruptedException {
        switch (event.change()) {
            case DELETED -> store.forget(event.id());
            case CREATED, UNSUSPENDED -> {
                note(event, false);
                if (event.change() == WebhookEvent.Installation.Change.CREATED
                        && !event.sender().isEmpty()) {
                    store.installedBy(event.id(), event.sender());
                }
                look(event.id());
            }
            case SUSPENDED -> note(event, true);
            case REPOSITORIES -> look(event.id());
        }
    }

    private void note(WebhookEvent.Installation event, boolean suspended) {
        store.note(new Found(event.id(), event.account(), "", event.accountType(), suspended), clock.instant());
    }

    private void look(long id) throws IOException, InterruptedException {
        Optional<Installation> connected = store.connected(id);
        if (connected.isEmpty() || github.isEmpty()) {
            return;
        }
        try {
            store.mirror(connected.get(), github.get().repositories(id), clock.instant());
        } catch (ForgeException failed) {
            throw new IOException(failed);
        }
    }
}
