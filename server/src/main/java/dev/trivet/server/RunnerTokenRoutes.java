package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.accounts.AccountException;
import dev.trivet.accounts.NewRunnerToken;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.accounts.RunnerTokens;
import dev.trivet.http.Access;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.runner.Wire;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The administrator's routes for the credentials of remote runners. */
final class RunnerTokenRoutes {
    private static final String TOKENS = Wire.ROOT + "/tokens";

    private final RunnerTokens tokens;

    RunnerTokenRoutes(RunnerTokens tokens) {
        this.tokens = requireNonNull(tokens, "tokens is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(TOKENS, Access.ADMINISTRATOR, this::list),
                Route.post(TOKENS, Access.ADMINISTRATOR, this::create).withBodyLimit(4096),
                Route.delete(TOKENS + "/{token}", Access.ADMINISTRATOR, this::revoke));
    }

    private Response list(Request request) {
        return Response.json(Map.of(
                "tokens", tokens.list().stream().map(RunnerTokenRoutes::view).toList()));
    }

    private Response create(Request request) throws IOException {
        try {
            NewRunnerToken created =
                    tokens.create(request.jsonObject().path("name").asString(""));
            Map<String, @Nullable Object> view = view(created.token());
            view.put("token", created.text());
            return Response.json(201, view);
        } catch (AccountException refused) {
            throw HttpException.field("name", String.valueOf(refused.getMessage()));
        }
    }

    private Response revoke(Request request) {
        try {
            tokens.revoke(request.id("token"));
            return Response.empty(204);
        } catch (AccountException unknown) {
            throw HttpException.notFound(String.valueOf(unknown.getMessage()));
        }
    }

    private static Map<String, @Nullable Object> view(RunnerToken token) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", token.id());
        view.put("name", token.name());
        view.put("created", token.created().toString());
        view.put("revoked", text(token.revoked()));
        view.put("last_used", text(token.lastUsed()));
        return view;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
