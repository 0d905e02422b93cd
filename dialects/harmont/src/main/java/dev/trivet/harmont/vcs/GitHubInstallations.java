package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Where a GitHub App is installed, and which repositories it sees there. Thread-safe. */
public final class GitHubInstallations {
    private static final int PAGE = 50;
    /** 5,000 repositories. */
    private static final int MOST_PAGES = 100;

    private final GitHubApp app;
    private final ForgeHttp forge;
    private final InstantSource clock;

    /** @param api address of GitHub's API */
    public GitHubInstallations(GitHubApp app, URI api, HttpClient http, InstantSource clock) {
        this.app = requireNonNull(app, "app is null");
        this.forge = new ForgeHttp(api, http, clock);
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * An installation.
     *
     * @param id GitHub's
     * @param account whose
     * @param accountId GitHub's id of that account; empty if it is not told
     * @param accountType {@code User} or {@code Organization}
     */
    public record Found(long id, String account, String accountId, String accountType, boolean suspended) {
        public Found {
            requireNonNull(account, "account is null");
            requireNonNull(accountId, "accountId is null");
            requireNonNull(accountType, "accountType is null");
        }
    }

    /**
     * The installation of that id; empty if this App has none.
     *
     * @throws ForgeException if GitHub does not say
     */
    public Optional<Found> find(long id) throws ForgeException, InterruptedException {
        ForgeAnswer answer = get("/app/installations/" + id, app.webToken(clock.instant()));
        if (answer.status() == 404) {
            return Optional.empty();
        }
        JsonNode json = good(answer).json();
        String account = json.at("/account/login").stringValue("");
        if (account.isEmpty()) {
            throw new ForgeException("GitHub answered without the installation's account");
        }
        String type = json.at("/account/type").stringValue("Organization");
        return Optional.of(new Found(
                id,
                account,
                json.at("/account/id").asString(""),
                type,
                !json.path("suspended_at").isMissingNode()
                        && !json.path("suspended_at").isNull()));
    }

    /**
     * What the App sees of an installation: at most 5,000 repositories.
     *
     * @throws ForgeException if GitHub does not say
     */
    public List<ForgeRepository> repositories(long id) throws ForgeException, InterruptedException {
        String token = token(id);
        List<ForgeRepository> all = new ArrayList<>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            JsonNode listed = good(get("/installation/repositories?per_page=" + PAGE + "&page=" + page, token))
                    .json()
                    .path("repositories");
            for (JsonNode repository : listed) {
                repository(repository).ifPresent(all::add);
            }
            if (listed.size() < PAGE) {
                break;
            }
        }
        return all;
    }

    private static Optional<ForgeRepository> repository(JsonNode json) {
        String full = json.path("full_name").stringValue("");
        if (!GitNames.isFullName(full) || !json.path("id").isIntegralNumber()) {
            return Optional.empty();
        }
        return Optional.of(new ForgeRepository(
                json.path("id").asString(),
                full.substring(0, full.indexOf('/')),
                full.substring(full.indexOf('/') + 1),
                full,
                json.path("clone_url").stringValue("https://github.com/" + full + ".git"),
                json.path("default_branch").stringValue("main"),
                json.path("private").asBoolean(false)));
    }

    private String token(long id) throws ForgeException, InterruptedException {
        try {
            ForgeAnswer made = forge.send(
                    "POST",
                    "/app/installations/" + id + "/access_tokens",
                    GitHubChecks.headers(app.webToken(clock.instant())),
                    Map.of());
            String token = good(made).json().path("token").stringValue("");
            if (!token.matches("[!-~]+")) {
                throw new ForgeException("GitHub answered without a token");
            }
            return token;
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    private ForgeAnswer get(String path, String token) throws ForgeException, InterruptedException {
        try {
            return forge.get(path, GitHubChecks.headers(token));
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    private static ForgeAnswer good(ForgeAnswer answer) throws ForgeException {
        if (!answer.isGood()) {
            throw new ForgeException("GitHub answered " + answer.status() + ": " + answer.excerpt());
        }
        return answer;
    }

    private static ForgeException unreachable(IOException failed) {
        return new ForgeException("GitHub cannot be reached from here (" + failed.getMessage() + ")");
    }
}
