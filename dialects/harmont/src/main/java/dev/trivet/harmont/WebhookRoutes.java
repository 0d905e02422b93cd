package dev.trivet.harmont;

import dev.trivet.harmont.vcs.EventWorker;
import dev.trivet.harmont.vcs.Forge;
import dev.trivet.harmont.vcs.ForgeSettings;
import dev.trivet.harmont.vcs.Webhook;
import dev.trivet.harmont.vcs.WebhookReader;
import dev.trivet.http.Access;
import dev.trivet.http.ErrorShape;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Takes the webhooks of forges in (spec section 6.1): checked, remembered, and acted on later. */
final class WebhookRoutes {
    private static final ErrorShape TEXT =
            (problem, exchange) -> Response.text(problem.status(), problem.reason() + "\n");

    private final Map<Forge, ForgeSettings> settings;
    private final EventWorker worker;

    WebhookRoutes(Map<Forge, ForgeSettings> settings, EventWorker worker) {
        this.settings = Map.copyOf(settings);
        this.worker = Objects.requireNonNull(worker, "worker is null");
    }

    RouteGroup group() {
        return new RouteGroup(
                "/webhooks",
                TEXT,
                Set.of(),
                List.of(Route.post("/webhooks/{provider}", Access.PUBLIC_LENIENT, this::take)
                        .withBodyLimit(WebhookReader.LARGEST_BODY)));
    }

    private Response take(Request request) throws IOException {
        ForgeSettings forge = Forge.named(request.parameter("provider"))
                .flatMap(name -> Optional.ofNullable(settings.get(name)))
                .orElseThrow(() -> HttpException.notFound("webhooks are taken of github, gitlab, gitea and bitbucket"));
        return switch (WebhookReader.read(forge, request::header, request.bytes())) {
            case Webhook.NotConfigured() ->
                throw refused(
                        500, "no secret is configured for " + forge.forge().wireName());
            case Webhook.MissingEvent() -> throw refused(400, "the header that names the event is missing");
            case Webhook.BadSignature() -> throw refused(401, "the signature is missing or wrong");
            case Webhook.Malformed(String reason) -> throw refused(400, reason);
            case Webhook.Delivery delivery ->
                worker.accept(delivery) ? Response.text(202, "accepted") : Response.text("duplicate");
        };
    }

    private static HttpException refused(int status, String why) {
        return new HttpException(Problem.of(Problem.Kind.OTHER, why).withStatus(status));
    }
}
