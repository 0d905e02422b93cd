package dev.trivet.circus;

import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.SignIn;
import dev.trivet.accounts.User;
import dev.trivet.accounts.UserRegistry.Fresh;
import dev.trivet.circus.GithubClient.Profile;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in at GitHub (spec section 2.2), with a state that only this browser has and a proof that only this browser can give (PKCE), both in
 * cookies for ten minutes: nothing is kept here, any server of the installation can finish what another began.
 */
final class GithubRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GithubRoutes.class);
    private static final String METHOD = "github";
    private static final String START = "/api/v1/auth/github";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Optional<GithubSettings> settings;
    private final Optional<GithubClient> client;
    private final Users users;
    private final PasswordSignIn sessions;
    private final SignIns signIns;
    private final ApiCookie stateCookie;
    private final ApiCookie proofCookie;
    private final SecureRandom random = new SecureRandom();

    GithubRoutes(
            Optional<GithubSettings> settings,
            boolean secureCookies,
            Users users,
            PasswordSignIn sessions,
            SignIns signIns) {
        this.settings = settings;
        this.client = settings.map(GithubClient::new);
        this.users = Objects.requireNonNull(users, "users is null");
        this.sessions = Objects.requireNonNull(sessions, "sessions is null");
        this.signIns = Objects.requireNonNull(signIns, "signIns is null");
        boolean secure = secureCookies
                || settings.map(GithubSettings::redirectUri)
                        .filter(GithubRoutes::isPublicHttps)
                        .isPresent();
        this.stateCookie = new ApiCookie("circus_oauth_state", PATIENCE, false, secure);
        this.proofCookie = new ApiCookie("circus_oauth_verifier", PATIENCE, false, secure);
    }

    List<Route> routes() {
        return List.of(
                Route.get(START, Access.PUBLIC_LENIENT, request -> start())
                        .describedAs(Description.of("Start GitHub OAuth login")
                                .in("auth")
                                .answering(302)
                                .failing(404)),
                Route.get(START + "/callback", Access.PUBLIC_LENIENT, this::finish)
                        .describedAs(Description.of("Complete GitHub OAuth login")
                                .in("auth")
                                .answering(302)
                                .failing(400, 401, 403, 404)
                                .asking("code", "state")));
    }

    private Response start() {
        GithubSettings github = configured();
        String state = secret();
        String proof = secret();
        String query = "client_id=" + encoded(github.clientId())
                + "&redirect_uri=" + encoded(github.redirectUri().toString())
                + "&scope=" + encoded("read:user user:email")
                + "&state=" + state
                + "&code_challenge=" + challenge(proof) + "&code_challenge_method=S256";
        return Response.redirect(302, github.web() + "/login/oauth/authorize?" + query)
                .with(stateCookie.set(state))
                .with(proofCookie.set(proof));
    }

    private Response finish(Request request) throws InterruptedException {
        String code = parameter(request, "code");
        String state = parameter(request, "state");
        GithubSettings _ = configured();
        String expected = request.cookie(stateCookie.name()).orElse("");
        if (expected.isEmpty() || !same(expected, state)) {
            throw CircusErrors.of(
                    ErrorCode.UNAUTHORIZED, "this sign-in was not begun in this browser, or too long ago; begin again");
        }
        Profile profile;
        try {
            profile = client.orElseThrow()
                    .profile(code, request.cookie(proofCookie.name()).orElse(""));
        } catch (IOException e) {
            log.warn("Signing in at GitHub failed: {}", e.toString());
            signIns.failed(METHOD, "", request.remoteAddress(), "GitHub did not confirm");
            throw CircusErrors.of(ErrorCode.INTERNAL_ERROR, "GitHub did not confirm who you are; begin again");
        }
        SignIn outcome = sessions.open(user(profile));
        signIns.note(METHOD, profile.login(), outcome, request.remoteAddress());
        if (outcome instanceof SignIn.Opened opened) {
            return signIns.signedIn(Response.redirect(302, "/"), METHOD, opened)
                    .with(stateCookie.clear())
                    .with(proofCookie.clear());
        }
        throw CircusErrors.of(ErrorCode.FORBIDDEN, "this user is disabled; ask an administrator");
    }

    private User user(Profile profile) {
        String name = (profile.login() + "_" + profile.id()).replaceAll("[^a-zA-Z0-9_-]", "-");
        String otherwise = Subjects.address(Long.toString(profile.id()), "oauth.local");
        Fresh fresh = new Fresh(name, profile.email().orElse(otherwise), null, null, false);
        return users.vouchedFor(
                METHOD,
                Long.toString(profile.id()),
                fresh,
                otherwise,
                profile.email().isPresent());
    }

    private GithubSettings configured() {
        return settings.orElseThrow(
                () -> CircusErrors.of(ErrorCode.NOT_FOUND, "signing in at GitHub is not configured: not found"));
    }

    private static String parameter(Request request, String name) {
        return request.query()
                .first(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> CircusErrors.invalid(name, "this parameter of the query is missing"));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String challenge(String proof) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(proof.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static boolean isPublicHttps(URI uri) {
        return "https".equals(uri.getScheme())
                && !Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
    }

    @Override
    public void close() {
        client.ifPresent(GithubClient::close);
    }
}
