package dev.trivet.harmont;

import dev.trivet.accounts.Organizations.Membership;
import dev.trivet.accounts.oauth.ExternalAccounts;
import dev.trivet.harmont.ConnectionStore.Seen;
import dev.trivet.harmont.vcs.ForgeException;
import dev.trivet.harmont.vcs.GitHubInstallations;
import dev.trivet.harmont.vcs.GitHubInstallations.Found;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The installations of the GitHub App that an organization has connected (spec section 2.11). Owners and admins connect, members read. Where
 * people sign in with GitHub, only who owns an installation or has made it connects it, and administrators of the server: its number is no
 * secret, and its repositories may be.
 */
final class GithubRoutes {
    private static final Logger log = LoggerFactory.getLogger(GithubRoutes.class);
    private static final String SCOPE = "organizations";
    private static final String INSTALLATIONS = "/api/v0/organizations/{org}/github/installations";
    private static final String INSTALLATION = INSTALLATIONS + "/{id}";

    private final Lookup lookup;
    private final ConnectionStore store;
    private final Optional<GitHubInstallations> github;
    private final Optional<ExternalAccounts> owners;
    private final InstantSource clock;

    /**
     * @param github empty if there is no App
     * @param owners who is who at GitHub; empty if nobody signs in with it
     */
    GithubRoutes(
            Lookup lookup,
            ConnectionStore store,
            Optional<GitHubInstallations> github,
            Optional<ExternalAccounts> owners,
            InstantSource clock) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.store = Objects.requireNonNull(store, "store is null");
        this.github = Objects.requireNonNull(github, "github is null");
        this.owners = Objects.requireNonNull(owners, "owners is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(INSTALLATIONS, Lookup.reading(SCOPE), this::list)
                        .describedAs(described("List connected installations", "listGithubInstallations")
                                .answering(200, "GithubInstallationList")
                                .failing(404)),
                Route.post(INSTALLATIONS, Lookup.writing(SCOPE), this::connect)
                        .describedAs(described("Connect an installation", "connectGithubInstallation")
                                .taking("ConnectInstallationRequest")
                                .answering(201, "GithubInstallation")
                                .failing(403, 404, 409, 422, 503)),
                Route.delete(INSTALLATION, Lookup.writing(SCOPE), this::disconnect)
                        .describedAs(described("Disconnect an installation", "disconnectGithubInstallation")
                                .answering(204)
                                .failing(403, 404)),
                Route.get(INSTALLATION + "/repos", Lookup.reading(SCOPE), this::repositories)
                        .describedAs(described("List an installation's repositories", "listGithubInstallationRepos")
                                .answering(200, "GithubRepoList")
                                .failing(404)),
                Route.post(INSTALLATION + "/sync", Lookup.writing(SCOPE), this::sync)
                        .describedAs(described("Look at an installation again", "syncGithubInstallation")
                                .answering(200, "GithubInstallation")
                                .failing(403, 404, 503)));
    }

    private static Description described(String summary, String id) {
        return Description.of(summary).named(id).in("github");
    }

    private Response list(Request request) {
        return Response.json(HarmontViews.list(
                store.installations(lookup.organization(request).id()), GithubRoutes::view));
    }

    private Response connect(Request request) throws IOException, InterruptedException {
        Membership membership = lookup.managing(request);
        JsonNode id = request.jsonObject().path("installation_id");
        if (!id.isIntegralNumber() || !id.canConvertToLong() || id.longValue() <= 0) {
            throw HarmontErrors.of(
                    ErrorCode.GITHUB_INSTALLATION_ID_INVALID, "installation_id is invalid: expected GitHub's number");
        }
        GitHubInstallations app = app();
        Found found;
        try {
            found = app.find(id.longValue())
                    .filter(one -> mayConnect(one, request))
                    .orElseThrow(() -> HarmontErrors.of(
                            ErrorCode.GITHUB_INSTALLATION_ID_INVALID,
                            "this server's GitHub App has no installation " + id.longValue()
                                    + " that is yours: sign in with the GitHub account that has installed it"));
        } catch (ForgeException failed) {
            throw HarmontErrors.of(ErrorCode.GITHUB_SYNC_FAILED, String.valueOf(failed.getMessage()));
        }
        Installation connected = store.connect(membership.organization().id(), found, clock.instant())
                .orElseThrow(() -> HarmontErrors.of(
                        ErrorCode.GITHUB_INSTALLATION_BOUND_ELSEWHERE,
                        "the installation is connected to another organization"));
        try {
            connected = store.mirror(connected, app.repositories(found.id()), clock.instant());
        } catch (ForgeException later) {
            log.warn("the repositories of installation {} are not known yet: {}", found.id(), later.getMessage());
        }
        return Response.json(201, view(connected));
    }

    private boolean mayConnect(Found found, Request request) {
        if (owners.isEmpty() || request.requirePrincipal().mayAdminister()) {
            return true;
        }
        List<String> accounts = new ArrayList<>(List.of(found.accountId()));
        store.installer(found.id()).ifPresent(accounts::add);
        return owners.get().has(request.requirePrincipal().userId(), "github", accounts);
    }

    private Response disconnect(Request request) {
        store.disconnect(installation(lookup.managing(request), request));
        return Response.empty(204);
    }

    private Response repositories(Request request) {
        Membership membership = lookup.membership(request);
        Installation installation = installation(membership, request);
        List<Seen> seen = store.repositories(membership.organization().id()).stream()
                .filter(one -> Objects.equals(one.installation(), installation.id()))
                .toList();
        return Response.json(HarmontViews.list(seen, GithubRoutes::view));
    }

    private Response sync(Request request) throws InterruptedException {
        Installation installation = installation(lookup.managing(request), request);
        try {
            return Response.json(view(
                    store.mirror(installation, app().repositories(installation.installationId()), clock.instant())));
        } catch (ForgeException failed) {
            throw HarmontErrors.of(ErrorCode.GITHUB_SYNC_FAILED, String.valueOf(failed.getMessage()));
        }
    }

    private Installation installation(Membership membership, Request request) {
        String id = request.parameter("id");
        Optional<Installation> found = id.matches("[0-9]{1,18}")
                ? store.installation(membership.organization().id(), Long.parseLong(id))
                : Optional.empty();
        return found.orElseThrow(() -> HarmontErrors.of(
                ErrorCode.GITHUB_INSTALLATION_NOT_FOUND, "the organization has connected no such installation"));
    }

    private GitHubInstallations app() {
        return github.orElseThrow(() -> HarmontErrors.of(
                ErrorCode.GITHUB_NOT_CONFIGURED,
                "this server has no GitHub App: its operator sets github.app_id and github.private_key_path"));
    }

    private static Map<String, @Nullable Object> view(Installation installation) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", installation.id());
        json.put("installation_id", installation.installationId());
        json.put("account_login", installation.account());
        json.put("account_type", installation.accountType());
        json.put("created_at", HarmontTime.text(installation.created()));
        json.put("updated_at", HarmontTime.text(installation.updated()));
        return json;
    }

    private static Map<String, @Nullable Object> view(Seen seen) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", seen.id());
        json.put("installation_id", seen.installation());
        json.put("gh_repo_id", Long.parseLong(seen.repository().forgeId()));
        json.put("full_name", seen.repository().fullName());
        json.put("name", seen.repository().name());
        json.put("owner", seen.repository().owner());
        json.put("clone_url", seen.repository().cloneUrl());
        json.put("default_branch", seen.repository().defaultBranch());
        json.put("private", seen.repository().isPrivate());
        json.put("last_synced_at", HarmontTime.text(seen.synced()));
        return json;
    }
}
