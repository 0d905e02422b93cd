package dev.trivet.harmont.vcs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A webhook as its forge sends it, signed; tests then spoil it. */
record Hook(ForgeSettings settings, Map<String, String> headers, byte[] body) {
    static final String SECRET = "It's a Secret to Everybody";

    /** A payload of the folder beside this class. */
    static String payload(String name) {
        try (InputStream in = Hook.class.getResourceAsStream(name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static ForgeSettings settings(Forge forge) {
        return ForgeSettings.of(forge, URI.create("https://ci.example.org")).withWebhookSecret(SECRET);
    }

    static Hook of(Forge forge, String event, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String hmac = HexFormat.of().formatHex(Signatures.hmac(SECRET, body));
        Map<String, String> headers = new HashMap<>(Map.of("content-type", "application/json"));
        headers.putAll(
                switch (forge) {
                    case GITHUB ->
                        Map.of(
                                "x-github-event",
                                event,
                                "x-github-delivery",
                                "d-1",
                                "x-hub-signature-256",
                                "sha256=" + hmac);
                    case GITLAB ->
                        Map.of("x-gitlab-event", event, "x-gitlab-event-uuid", "d-1", "x-gitlab-token", SECRET);
                    case GITEA -> Map.of("x-gitea-event", event, "x-gitea-delivery", "d-1", "x-gitea-signature", hmac);
                    case BITBUCKET ->
                        Map.of("x-event-key", event, "x-request-uuid", "d-1", "x-hub-signature", "sha256=" + hmac);
                });
        return new Hook(settings(forge), headers, body);
    }

    Hook with(String header, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(header, value);
        return new Hook(settings, changed, body);
    }

    Hook without(String header) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.remove(header);
        return new Hook(settings, changed, body);
    }

    Hook withBody(String text) {
        return new Hook(settings, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    Webhook read() {
        return WebhookReader.read(
                settings, name -> Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))), body);
    }

    Webhook.Delivery delivery() {
        Webhook webhook = read();
        if (webhook instanceof Webhook.Delivery delivery) {
            return delivery;
        }
        throw new AssertionError("no delivery: " + webhook);
    }

    WebhookEvent event() {
        return delivery().events().getFirst();
    }
}
