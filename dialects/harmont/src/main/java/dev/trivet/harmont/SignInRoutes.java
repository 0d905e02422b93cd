package dev.trivet.harmont;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.HandOffs;
import dev.trivet.accounts.User;
import dev.trivet.accounts.oauth.ExternalAccounts;
import dev.trivet.accounts.oauth.OAuthException;
import dev.trivet.accounts.oauth.OAuthProvider;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Signing in with an account of GitHub or Google (spec section 2.4). */
final class SignInRoutes {
    private static final int LONGEST = 4096;

    private final Accounts accounts;
    private final ExternalAccounts external;
    private final List<OAuthProvider> providers;
    private final InstantSource clock;

    SignInRoutes(Accounts accounts, ExternalAccounts external, List<OAuthProvider> providers, InstantSource clock) {
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.external = Objects.requireNonNull(external, "external is null");
        this.providers = List.copyOf(providers);
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    List<Route> routes() {
        return List.of(
                route("github", "authGithub", "AuthGithubRequest"), route("google", "authGoogle", "AuthGoogleRequest"));
    }

    private Route route(String provider, String id, String schema) {
        return Route.post("/api/v0/auth/" + provider, Access.PUBLIC_LENIENT, request -> signIn(provider, request))
                .describedAs(Description.of("Sign in with an account elsewhere")
                        .named(id)
                        .in("auth")
                        .taking(schema)
                        .answering(200, "AuthTokenResponse")
                        .failing(400, 500, 502, 503));
    }

    private Response signIn(String name, Request request) throws IOException, InterruptedException {
        Members members = new Members(request.jsonObject(), ErrorCode.INVALID_REQUEST);
        String code = members.requiredText("code", LONGEST);
        String redirect = members.requiredText("redirect_uri", LONGEST);
        OAuthProvider provider = providers.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> HarmontErrors.of(
                        ErrorCode.OAUTH_PROVIDER_ERROR,
                        "nobody signs in with " + name + " here: the operator sets " + name + ".client_id and " + name
                                + ".client_secret"));
        Optional<User> user;
        try {
            user = external.signIn(provider.exchange(code, redirect));
        } catch (OAuthException failed) {
            throw HarmontErrors.of(ErrorCode.OAUTH_PROVIDER_ERROR, String.valueOf(failed.getMessage()));
        }
        User known = user.orElseThrow(() -> HarmontErrors.of(
                ErrorCode.SIGNUP_CAP_REACHED,
                "there is no account here with your verified address, and newcomers need an invitation"));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(
                "token",
                accounts.createSession(
                                known.username(), Grants.ALL, clock.instant().plus(HandOffs.SESSION_LIFETIME))
                        .text());
        json.put("user", HarmontViews.user(known));
        return Response.json(json);
    }
}
