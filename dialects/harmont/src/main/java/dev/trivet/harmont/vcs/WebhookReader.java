package dev.trivet.harmont.vcs;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a webhook is and whether it is genuine (spec section 6.1). The signature is checked over the raw body before anything in
 * it is looked at. Never throws for what came in.
 */
public final class WebhookReader {
    /** Largest body that is read, in bytes; GitHub sends no larger one. */
    public static final int LARGEST_BODY = 25 << 20;

    private static final Pattern DELIVERY = Pattern.compile("[A-Za-z0-9{}._:@/+=-]{1,200}");
    private static final String SIGNATURE_PREFIX = "sha256=";
    private static final String FORM_FIELD = "payload=";

    private WebhookReader() {}

    /**
     * Reads one.
     *
     * @param header the first value of a header of this name, whatever its letter case
     * @param body as it came in; JSON, or a form with the JSON in {@code payload}
     */
    public static Webhook read(ForgeSettings settings, Function<String, Optional<String>> header, byte[] body) {
        String secret = settings.webhookSecret();
        if (secret == null) {
            return new Webhook.NotConfigured();
        }
        Optional<String> event = event(settings.forge(), header);
        if (event.isEmpty()) {
            return new Webhook.MissingEvent();
        }
        if (!isGenuine(settings.forge(), secret, header, body)) {
            return new Webhook.BadSignature();
        }
        if (body.length > LARGEST_BODY) {
            return new Webhook.Malformed("the body has " + body.length + " bytes, more than " + LARGEST_BODY);
        }
        try {
            return new Webhook.Delivery(
                    settings.forge(),
                    deliveryId(settings.forge(), header, body),
                    events(settings.forge(), event.get(), header, body));
        } catch (MalformedPayloadException e) {
            return new Webhook.Malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> event(Forge forge, Function<String, Optional<String>> header) {
        return first(
                        header,
                        switch (forge) {
                            case GITHUB -> List.of("x-github-event");
                            case GITLAB -> List.of("x-gitlab-event");
                            case GITEA -> List.of("x-gitea-event", "x-forgejo-event");
                            case BITBUCKET -> List.of("x-event-key");
                        })
                .filter(name -> !name.isBlank());
    }

    private static boolean isGenuine(
            Forge forge, String secret, Function<String, Optional<String>> header, byte[] body) {
        return switch (forge) {
            case GITHUB -> isPrefixedHmac(header.apply("x-hub-signature-256"), secret, body);
            case BITBUCKET -> isPrefixedHmac(header.apply("x-hub-signature"), secret, body);
            case GITEA ->
                first(header, List.of("x-gitea-signature", "x-forgejo-signature"))
                        .filter(hex -> Signatures.isHmac(hex, secret, body))
                        .isPresent();
            case GITLAB ->
                header.apply("x-gitlab-token")
                        .filter(token -> Signatures.isSame(token, secret))
                        .isPresent();
        };
    }

    private static boolean isPrefixedHmac(Optional<String> signature, String secret, byte[] body) {
        return signature
                .filter(text -> text.startsWith(SIGNATURE_PREFIX))
                .filter(text -> Signatures.isHmac(text.substring(SIGNATURE_PREFIX.length()), secret, body))
                .isPresent();
    }

    /** The header is not signed, so it is only taken in a form that does no harm. */
    private static String deliveryId(Forge forge, Function<String, Optional<String>> header, byte[] body) {
        Optional<String> told = switch (forge) {
            case GITHUB -> header.apply("x-github-delivery");
            case GITLAB -> gitLabDelivery(header);
            case GITEA -> first(header, List.of("x-gitea-delivery", "x-forgejo-delivery"));
            case BITBUCKET -> header.apply("x-request-uuid");
        };
        return told.filter(id -> DELIVERY.matcher(id).matches())
                .orElseGet(() -> "body-sha256:" + HexFormat.of().formatHex(Signatures.sha256(body)));
    }

    /** The event's id is the same for events that follow from one another, so the newer key for repetitions comes first. */
    private static Optional<String> gitLabDelivery(Function<String, Optional<String>> header) {
        Optional<String> key = header.apply("idempotency-key");
        return key.isEmpty()
                ? header.apply("x-gitlab-event-uuid")
                : key.map(value -> header.apply("x-gitlab-webhook-uuid")
                                .map(hook -> hook + "+")
                                .orElse("")
                        + value);
    }

    private static Optional<String> first(Function<String, Optional<String>> header, List<String> names) {
        return names.stream().flatMap(name -> header.apply(name).stream()).findFirst();
    }

    private static List<WebhookEvent> events(
            Forge forge, String event, Function<String, Optional<String>> header, byte[] body)
            throws MalformedPayloadException {
        Payload payload =
                Payload.root(PayloadJson.read(json(header.apply("content-type").orElse(null), body)));
        if (!payload.node().isObject()) {
            throw payload.wrong("a JSON object");
        }
        return switch (forge) {
            case GITHUB, GITEA -> List.of(HubEvents.read(event, payload));
            case GITLAB -> List.of(GitLabEvents.read(payload));
            case BITBUCKET -> BitbucketEvents.read(event, payload);
        };
    }

    /** GitHub and Gitea can send the JSON in a form, which is what GitHub's page proposes first. */
    private static byte[] json(@Nullable String contentType, byte[] body) throws MalformedPayloadException {
        if (contentType == null || !contentType.strip().startsWith("application/x-www-form-urlencoded")) {
            return body;
        }
        for (String field : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            if (field.startsWith(FORM_FIELD)) {
                try {
                    return URLDecoder.decode(field.substring(FORM_FIELD.length()), StandardCharsets.UTF_8)
                            .getBytes(StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw new MalformedPayloadException("the form is not properly escaped: " + e.getMessage());
                }
            }
        }
        throw new MalformedPayloadException("the form has no field 'payload'");
    }
}
