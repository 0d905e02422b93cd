package dev.trivet.harmont;

import dev.trivet.accounts.AccountException;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.HandOffs;
import dev.trivet.accounts.NewToken;
import dev.trivet.accounts.Organizations;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.Token;
import dev.trivet.accounts.TokenKind;
import dev.trivet.accounts.User;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The signed-in user, their API keys, and sessions for the command line (spec section 2.4). */
final class AccountRoutes {
    private static final String SCOPE = "user";
    private static final String KEY_PREFIX = "hm_";
    private static final int LONGEST = 128;
    private static final int LONGEST_CODE = 1024;

    private final Lookup lookup;
    private final Accounts accounts;
    private final Organizations organizations;
    private final HandOffs handOffs;

    AccountRoutes(Lookup lookup, Accounts accounts, Organizations organizations, HandOffs handOffs) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.organizations = Objects.requireNonNull(organizations, "organizations is null");
        this.handOffs = Objects.requireNonNull(handOffs, "handOffs is null");
    }

    List<Route> routes() {
        return List.of(
                Route.post("/api/v0/auth/logout", Access.AUTHENTICATED, this::logout)
                        .describedAs(
                                auth("Revoke the presented token", "logout").answering(204)),
                Route.post("/api/v0/auth/cli/transfer", Access.AUTHENTICATED, this::transfer)
                        .describedAs(auth("Park a session for a command line", "cliTransfer")
                                .taking("CliTransferRequest")
                                .answering(204)),
                Route.post("/api/v0/auth/cli/claim", Access.PUBLIC_LENIENT, this::claim)
                        .describedAs(auth("Fetch a parked session", "cliClaim")
                                .taking("CliClaimRequest")
                                .answering(200, "CliTokenResponse")
                                .failing(400)),
                Route.post("/api/v0/auth/cli/code", Access.AUTHENTICATED, this::code)
                        .describedAs(auth("Make a code to type into a command line", "cliCode")
                                .answering(200, "CliCodeResponse")),
                Route.post("/api/v0/auth/cli/redeem", Access.PUBLIC_LENIENT, this::redeem)
                        .describedAs(auth("Fetch the session of a code", "cliRedeem")
                                .taking("CliRedeemRequest")
                                .answering(200, "CliTokenResponse")
                                .failing(400)),
                Route.get("/api/v0/user", Lookup.reading(SCOPE), this::show)
                        .describedAs(user("Show the signed-in user", "getCurrentUser")
                                .answering(200, "CurrentUserResponse")),
                Route.patch("/api/v0/user", Lookup.writing(SCOPE), this::update)
                        .describedAs(user("Rename the signed-in user", "updateCurrentUser")
                                .taking("UserUpdateRequest")
                                .answering(200, "CurrentUserResponse")
                                .failing(422)),
                Route.delete("/api/v0/user", Lookup.writing(SCOPE), this::delete)
                        .describedAs(user("Delete the signed-in user", "deleteCurrentUser")
                                .answering(204)
                                .failing(409)),
                Route.get("/api/v0/user/api-tokens", Lookup.reading(SCOPE), this::tokens)
                        .describedAs(
                                user("List one's API keys", "listApiTokens").answering(200, "ApiTokenListResponse")),
                Route.post("/api/v0/user/api-tokens", Lookup.writing(SCOPE), this::createToken)
                        .describedAs(user("Create an API key", "createApiToken")
                                .taking("ApiTokenCreateRequest")
                                .answering(201, "ApiTokenCreateResponse")
                                .failing(422)),
                Route.delete("/api/v0/user/api-tokens/{id}", Lookup.writing(SCOPE), this::revokeToken)
                        .describedAs(user("Revoke an API key", "revokeApiToken")
                                .answering(204)
                                .failing(404)));
    }

    private static Description auth(String summary, String id) {
        return Description.of(summary).named(id).in("auth");
    }

    private static Description user(String summary, String id) {
        return Description.of(summary).named(id).in("user");
    }

    private Response logout(Request request) {
        Principal principal = request.requirePrincipal();
        accounts.revokeToken(principal.username(), principal.tokenId());
        return Response.empty(204);
    }

    private Response transfer(Request request) throws IOException {
        String nonce = members(request, ErrorCode.INVALID_REQUEST).requiredText("nonce", LONGEST_CODE);
        handOffs.park(request.requirePrincipal(), nonce);
        return Response.empty(204);
    }

    private Response claim(Request request) throws IOException {
        return redeemed(members(request, ErrorCode.CLI_CODE_INVALID)
                .lenientText("nonce")
                .orElse(""));
    }

    private Response code(Request request) {
        return Response.json(Map.of("code", handOffs.code(request.requirePrincipal())));
    }

    private Response redeem(Request request) throws IOException {
        return redeemed(
                members(request, ErrorCode.CLI_CODE_INVALID).lenientText("code").orElse(""));
    }

    private Response redeemed(String code) {
        String token = handOffs.redeem(code)
                .orElseThrow(() -> HarmontErrors.of(
                        ErrorCode.CLI_CODE_INVALID,
                        "the code is unknown, over or was used already; ask for a new one"));
        return Response.json(Map.of("token", token));
    }

    private Response show(Request request) {
        User user = lookup.user(request);
        return Response.json(HarmontViews.currentUser(user, organizations.requirePersonal(user)));
    }

    private Response update(Request request) throws IOException {
        Members members = members(request, ErrorCode.USER_NAME_INVALID);
        String name = members.text("name", Integer.MAX_VALUE);
        try {
            User user = accounts.rename(request.requirePrincipal().username(), name == null ? "" : name);
            return Response.json(HarmontViews.currentUser(user, organizations.requirePersonal(user)));
        } catch (AccountException refused) {
            throw members.refused(String.valueOf(refused.getMessage()));
        }
    }

    private Response delete(Request request) {
        try {
            accounts.delete(request.requirePrincipal().username());
            return Response.empty(204);
        } catch (AccountException refused) {
            ErrorCode code = refused.reason() == AccountException.Reason.LAST_ADMINISTRATOR
                    ? ErrorCode.LAST_ADMINISTRATOR
                    : ErrorCode.CONFLICT;
            throw HarmontErrors.of(code, String.valueOf(refused.getMessage()));
        }
    }

    private Response tokens(Request request) {
        List<Map<String, @Nullable Object>> keys = accounts
                .tokens(request.requirePrincipal().username())
                .stream()
                .filter(token -> token.kind() == TokenKind.PERSONAL && token.revoked() == null)
                .sorted(Comparator.comparingLong(Token::id).reversed())
                .map(HarmontViews::token)
                .toList();
        return Response.json(Map.of("api_tokens", keys));
    }

    private Response createToken(Request request) throws IOException {
        Principal principal = request.requirePrincipal();
        Members members = members(request, ErrorCode.UNPROCESSABLE);
        Instant expires = members.instant("expires_at");
        try {
            // A key never allows more than the token it was made with.
            NewToken made = accounts.createToken(
                    principal.username(),
                    members.requiredText("description", LONGEST),
                    principal.grants(),
                    expires,
                    KEY_PREFIX);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("token", made.text());
            json.put("api_token", HarmontViews.token(made.token()));
            return Response.json(201, json);
        } catch (AccountException refused) {
            throw members.refused(String.valueOf(refused.getMessage()));
        }
    }

    private Response revokeToken(Request request) {
        Principal principal = request.requirePrincipal();
        Token token = accounts.tokens(principal.username()).stream()
                .filter(known ->
                        known.revoked() == null && known.uid().toString().equals(request.parameter("id")))
                .findFirst()
                .orElseThrow(() -> HarmontErrors.of(ErrorCode.API_TOKEN_NOT_FOUND, "you have no API key of this id"));
        accounts.revokeToken(principal.username(), token.id());
        return Response.empty(204);
    }

    private static Members members(Request request, ErrorCode refusal) throws IOException {
        return new Members(request.jsonObject(), refusal);
    }
}
