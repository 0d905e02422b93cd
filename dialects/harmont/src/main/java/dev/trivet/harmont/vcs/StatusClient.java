package dev.trivet.harmont.vcs;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Optional;

/** Sends statuses to one forge (spec section 6.3). Thread-safe. */
public interface StatusClient {

    /**
     * Sends one; takes a minute at most. What the forge or the network does ends as a result, not as an exception.
     *
     * @throws InterruptedException when the thread was interrupted; the forge may have got it
     */
    StatusResult send(StatusUpdate update) throws InterruptedException;

    /**
     * The client for a forge; none without credentials.
     *
     * @param http made by {@link ForgeHttp#client}; shared, closed by the caller
     */
    static Optional<StatusClient> of(ForgeSettings settings, HttpClient http, InstantSource clock) {
        ForgeHttp forge = new ForgeHttp(settings.apiUrl(), http, clock);
        if (settings.app() != null) {
            return Optional.of(new GitHubChecks(forge, new InstallationTokens(settings.app(), forge, clock)));
        }
        String token = settings.token();
        if (token == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (settings.forge()) {
                    case GITHUB -> HubStatuses.gitHub(forge, token);
                    case GITLAB -> new GitLabStatuses(forge, token);
                    case GITEA -> HubStatuses.gitea(forge, token);
                    case BITBUCKET -> new BitbucketStatuses(forge, token);
                });
    }
}
