package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/**
 * Tokens of a GitHub App for the repositories it is installed at; each is kept until a minute before its end. Thread-safe.
 */
final class InstallationTokens {
    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofMinutes(2);
    private static final int MOST = 1000;

    private final GitHubApp app;
    private final ForgeHttp forge;
    private final InstantSource clock;
    private final SequencedMap<String, Token> tokens = new LinkedHashMap<>();

    InstallationTokens(GitHubApp app, ForgeHttp forge, InstantSource clock) {
        this.app = requireNonNull(app, "app is null");
        this.forge = requireNonNull(forge, "forge is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    private record Token(String text, Instant goodUntil) {}

    /** A token for a repository, or why there is none. */
    sealed interface Answer {
        record Good(String token) implements Answer {}

        record None(StatusResult reason) implements Answer {}
    }

    /** May ask GitHub twice. */
    Answer forRepository(String repository) throws IOException, InterruptedException {
        Optional<Token> kept = kept(owner(repository));
        if (kept.isPresent()) {
            return new Answer.Good(kept.get().text());
        }
        Map<String, String> headers = GitHubChecks.headers(app.webToken(clock.instant()));
        ForgeAnswer installation = forge.get("/repos/" + repository + "/installation", headers);
        JsonNode id = installation.json().path("id");
        if (!installation.isGood() || !id.isIntegralNumber()) {
            return new Answer.None(unusable(installation));
        }
        String path = "/app/installations/" + id.longValue() + "/access_tokens";
        ForgeAnswer made = forge.send("POST", path, headers, Map.of());
        String token = made.json().path("token").stringValue("");
        if (!made.isGood() || !token.matches("[!-~]+")) {
            return new Answer.None(unusable(made));
        }
        Instant end = end(made.json().path("expires_at").stringValue(""));
        keep(owner(repository), new Token(token, end.minus(MARGIN)));
        return new Answer.Good(token);
    }

    /** Forgets the token after GitHub has refused it. */
    synchronized void drop(String repository) {
        tokens.remove(owner(repository));
    }

    private synchronized Optional<Token> kept(String owner) {
        Instant now = clock.instant();
        return Optional.ofNullable(tokens.get(owner)).filter(token -> now.isBefore(token.goodUntil()));
    }

    private synchronized void keep(String owner, Token token) {
        tokens.remove(owner);
        tokens.put(owner, token);
        if (tokens.size() > MOST) {
            tokens.pollFirstEntry();
        }
    }

    private static StatusResult unusable(ForgeAnswer answer) {
        return answer.isGood() ? new StatusResult.Retry("GitHub answered without a token") : answer.failure();
    }

    /** Without a readable end, soon. */
    private Instant end(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return clock.instant().plus(SHORTEST);
        }
    }

    /** An App is installed once for each owner. */
    private static String owner(String repository) {
        return repository.substring(0, repository.indexOf('/')).toLowerCase(Locale.ROOT);
    }
}
