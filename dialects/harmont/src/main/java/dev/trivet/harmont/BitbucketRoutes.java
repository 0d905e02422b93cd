package dev.trivet.harmont;

import dev.trivet.accounts.Organization;
import dev.trivet.accounts.Organizations;
import dev.trivet.accounts.Organizations.Membership;
import dev.trivet.accounts.User;
import dev.trivet.harmont.ConnectionStore.Seen;
import dev.trivet.harmont.vcs.BitbucketConnect;
import dev.trivet.harmont.vcs.BitbucketConnect.Workspace;
import dev.trivet.harmont.vcs.ForgeException;
import dev.trivet.http.Description;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The workspaces of Bitbucket that an organization has connected (spec section 2.11). The answer that a browser brings back from Bitbucket
 * counts for the user who asked, for that organization, for ten minutes.
 */
final class BitbucketRoutes {
    private static final String SCOPE = "organizations";
    private static final String BITBUCKET = "/api/v0/organizations/{org}/bitbucket";
    private static final String WORKSPACE = BITBUCKET + "/workspaces/{id}";
    private static final Duration STATE_LIFETIME = Duration.ofMinutes(10);
    private static final int LONGEST = 4096;

    private final Lookup lookup;
    private final Organizations organizations;
    private final ConnectionStore store;
    private final Optional<BitbucketConnect> bitbucket;
    private final Signatures states;
    private final InstantSource clock;

    /** @param bitbucket empty if it is not set up */
    BitbucketRoutes(
            Lookup lookup,
            Organizations organizations,
            ConnectionStore store,
            Optional<BitbucketConnect> bitbucket,
            Signatures states,
            InstantSource clock) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.organizations = Objects.requireNonNull(organizations, "organizations is null");
        this.store = Objects.requireNonNull(store, "store is null");
        this.bitbucket = Objects.requireNonNull(bitbucket, "bitbucket is null");
        this.states = Objects.requireNonNull(states, "states is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(BITBUCKET + "/oauth-url", Lookup.writing(SCOPE), this::authorizeUrl)
                        .describedAs(described("Where to agree to the connection", "bitbucketOAuthUrl")
                                .answering(200, "BitbucketOAuthUrlResponse")
                                .failing(403, 404, 503)),
                Route.post("/api/v0/integrations/bitbucket/connect", Lookup.writing(SCOPE), this::connect)
                        .describedAs(described("Connect what somebody agreed to", "connectBitbucket")
                                .taking("ConnectBitbucketRequest")
                                .answering(201, "ConnectBitbucketResponse")
                                .failing(403, 409, 502, 503)),
                Route.get(BITBUCKET + "/workspaces", Lookup.reading(SCOPE), this::workspaces)
                        .describedAs(described("List connected workspaces", "listBitbucketWorkspaces")
                                .answering(200, "BitbucketWorkspaceList")
                                .failing(404)),
                Route.get(WORKSPACE + "/repos", Lookup.reading(SCOPE), this::repositories)
                        .describedAs(described("List a workspace's repositories", "listBitbucketRepos")
                                .answering(200, "BitbucketRepoList")
                                .failing(404)),
                Route.delete(WORKSPACE, Lookup.writing(SCOPE), this::disconnect)
                        .describedAs(described("Disconnect a workspace", "disconnectBitbucket")
                                .answering(204)
                                .failing(403, 404)));
    }

    private static Description described(String summary, String id) {
        return Description.of(summary).named(id).in("bitbucket");
    }

    private Response authorizeUrl(Request request) {
        Membership membership = lookup.managing(request);
        String state = states.sign(lookup.user(request).id() + " "
                + clock.instant().plus(STATE_LIFETIME).getEpochSecond() + " "
                + membership.organization().slug());
        return Response.json(Map.of("url", configured().authorizeUrl(state)));
    }

    private Response connect(Request request) throws IOException, InterruptedException {
        Members members = new Members(request.jsonObject(), ErrorCode.INVALID_REQUEST);
        String code = members.requiredText("code", LONGEST);
        Organization organization = organization(members.requiredText("state", LONGEST), lookup.user(request));
        List<Workspace> workspaces;
        try {
            workspaces = configured().workspaces(code);
        } catch (ForgeException failed) {
            throw HarmontErrors.of(ErrorCode.BITBUCKET_CONNECT_FAILED, String.valueOf(failed.getMessage()));
        }
        if (!store.connect(organization.id(), workspaces, clock.instant())) {
            throw HarmontErrors.of(
                    ErrorCode.BITBUCKET_INSTALLATION_BOUND_ELSEWHERE,
                    "one of the workspaces is connected to another organization; none was connected");
        }
        List<Map<String, String>> connected = workspaces.stream()
                .map(workspace -> workspace(workspace.slug(), workspace.name()))
                .toList();
        return Response.json(201, Map.of("org", organization.slug(), "workspaces", connected));
    }

    /** The organization that the user asked for with this state, and still manages. */
    private Organization organization(String state, User user) {
        String[] words = states.verify(state).orElse("").split(" ", 3);
        boolean mine = words.length == 3 && words[0].equals(Long.toString(user.id()));
        if (!mine || clock.instant().isAfter(Instant.ofEpochSecond(Long.parseLong(words[1])))) {
            throw invalidState();
        }
        return organizations
                .find(words[2], user)
                .filter(membership -> membership.role().manages())
                .map(Membership::organization)
                .orElseThrow(BitbucketRoutes::invalidState);
    }

    private static HttpException invalidState() {
        return HarmontErrors.of(
                ErrorCode.BITBUCKET_INVALID_STATE,
                "state is not one that was made for you in the last ten minutes: begin again");
    }

    private Response workspaces(Request request) {
        List<Map<String, String>> workspaces = store
                .workspaces(lookup.organization(request).id())
                .entrySet()
                .stream()
                .map(workspace -> workspace(workspace.getKey(), workspace.getValue()))
                .toList();
        return Response.json(Map.of("workspaces", workspaces));
    }

    private static Map<String, String> workspace(String slug, String name) {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("slug", slug);
        json.put("name", name);
        return json;
    }

    private Response repositories(Request request) {
        Organization organization = lookup.organization(request);
        String slug = request.parameter("id");
        if (!store.workspaces(organization.id()).containsKey(slug)) {
            throw noWorkspace();
        }
        List<Map<String, @Nullable Object>> repositories = store.repositories(organization.id()).stream()
                .filter(seen -> seen.installation() == null && seen.account().equals(slug))
                .map(BitbucketRoutes::view)
                .toList();
        return Response.json(Map.of("repos", repositories));
    }

    private static Map<String, @Nullable Object> view(Seen seen) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("full_name", seen.repository().fullName());
        json.put("name", seen.repository().name());
        json.put("private", seen.repository().isPrivate());
        json.put("clone_url", seen.repository().cloneUrl());
        json.put("default_branch", seen.repository().defaultBranch());
        return json;
    }

    private Response disconnect(Request request) {
        Membership membership = lookup.managing(request);
        if (!store.disconnectWorkspace(membership.organization().id(), request.parameter("id"))) {
            throw noWorkspace();
        }
        return Response.empty(204);
    }

    private static HttpException noWorkspace() {
        return HarmontErrors.of(
                ErrorCode.BITBUCKET_WORKSPACE_NOT_FOUND, "the organization has connected no such workspace");
    }

    private BitbucketConnect configured() {
        return bitbucket.orElseThrow(() -> HarmontErrors.of(
                ErrorCode.BITBUCKET_NOT_CONFIGURED,
                "this server is no client of Bitbucket: its operator sets bitbucket.client_id and"
                        + " bitbucket.client_secret"));
    }
}
