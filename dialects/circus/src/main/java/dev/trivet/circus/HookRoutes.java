package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/** Takes the webhooks of forges (spec section 3): open to everybody, but nothing is read before the signature is right. */
final class HookRoutes {
    private final WebhookStore webhooks;
    private final JobsetStore jobsets;
    private final Trigger trigger;

    HookRoutes(Database database, SecretBox box, Trigger trigger) {
        this.webhooks = new WebhookStore(database, box);
        this.jobsets = new JobsetStore(database);
        this.trigger = Objects.requireNonNull(trigger, "trigger is null");
    }

    /** How one kind of forge proves itself. */
    private interface Proof {
        boolean isGood(Request request, String secret, byte[] body);
    }

    List<Route> routes() {
        return List.of(
                route(
                        ForgeType.GITHUB,
                        "GitHub webhook receiver",
                        hmac("X-Hub-Signature-256"),
                        (request, json) -> Deliveries.github(
                                request.header("X-GitHub-Event").orElse(""), json)),
                route(
                        ForgeType.GITEA,
                        "Gitea webhook receiver",
                        hmac("X-Gitea-Signature"),
                        (request, json) -> Deliveries.gitea(json)),
                route(
                        ForgeType.FORGEJO,
                        "Forgejo webhook receiver",
                        hmac("X-Forgejo-Signature", "X-Gitea-Signature"),
                        (request, json) -> Deliveries.gitea(json)),
                route(
                        ForgeType.GITLAB,
                        "GitLab webhook receiver",
                        (request, secret, body) -> request.header("X-Gitlab-Token")
                                .filter(token -> DeliverySignature.isSame(token, secret))
                                .isPresent(),
                        (request, json) -> Deliveries.gitlab(
                                request.header("X-Gitlab-Event").orElse(""), json)));
    }

    private Route route(
            ForgeType forge, String summary, Proof proof, BiFunction<Request, DeliveryJson, Delivery> reader) {
        return Route.post(
                        "/api/v1/webhooks/{project_id}/" + forge.wireName(),
                        Access.PUBLIC_LENIENT,
                        request -> receive(request, forge, proof, reader))
                .withBodyLimit(JsonFields.BODY_LIMIT)
                .describedAs(Description.of(summary).in("webhooks").failing(400, 401, 404, 413));
    }

    /** @param headers the first of them that is there counts */
    private static Proof hmac(String... headers) {
        return (request, secret, body) -> {
            for (String name : headers) {
                Optional<String> header = request.header(name);
                if (header.isPresent()) {
                    return DeliverySignature.isHmac(header.get(), secret, body);
                }
            }
            return false;
        };
    }

    private Response receive(
            Request request, ForgeType forge, Proof proof, BiFunction<Request, DeliveryJson, Delivery> reader)
            throws IOException {
        UUID project = Ids.of(request, "project_id");
        Optional<String> secret = webhooks.secret(project, forge);
        if (secret.isEmpty()) {
            return answer(
                    404, false, "no webhook of " + forge.wireName() + " is configured for this project: not found");
        }
        byte[] body = request.bytes();
        if (!proof.isGood(request, secret.get(), body)) {
            return answer(401, false, "the signature is missing or wrong; check the secret on both sides");
        }
        DeliveryJson json = DeliveryJson.read(payload(request, body));
        return switch (reader.apply(request, json)) {
            case Delivery.Ignored(String message) -> answer(200, true, message);
            case Delivery.Commit commit -> evaluate(project, commit);
        };
    }

    /** GitHub sends the JSON as a field of a form unless it is told otherwise. */
    private static byte[] payload(Request request, byte[] body) throws IOException {
        return request.isForm() ? request.form().first("payload").orElse("").getBytes(StandardCharsets.UTF_8) : body;
    }

    private Response evaluate(UUID project, Delivery.Commit commit) {
        int created = 0;
        int wanted = 0;
        for (Jobset jobset : jobsets.active(project)) {
            if (commit.isFor(jobset)) {
                wanted++;
                created += trigger.evaluate(jobset, commit.commit(), commit.pullRequest()) ? 1 : 0;
            }
        }
        String what =
                created + (created == 1 ? " evaluation" : " evaluations") + " created for commit " + commit.commit();
        return answer(200, true, what + (wanted == 0 ? ": no active jobset takes it" : ""));
    }

    private static Response answer(int status, boolean accepted, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("accepted", accepted);
        body.put("message", message);
        return Response.json(status, body);
    }
}
