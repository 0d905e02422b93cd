package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec section 6.1: who is let in. */
class WebhookReaderTest {
    static Stream<Hook> hooks() {
        return Stream.of(
                Hook.of(Forge.GITHUB, "push", Hook.payload("github-push")),
                Hook.of(Forge.GITLAB, "Push Hook", Hook.payload("gitlab-push")),
                Hook.of(Forge.GITEA, "push", Hook.payload("gitea-push")),
                Hook.of(Forge.BITBUCKET, "repo:push", Hook.payload("bitbucket-push")));
    }

    private static String eventHeader(Hook hook) {
        return switch (hook.settings().forge()) {
            case GITHUB -> "x-github-event";
            case GITLAB -> "x-gitlab-event";
            case GITEA -> "x-gitea-event";
            case BITBUCKET -> "x-event-key";
        };
    }

    private static String signatureHeader(Hook hook) {
        return switch (hook.settings().forge()) {
            case GITHUB -> "x-hub-signature-256";
            case GITLAB -> "x-gitlab-token";
            case GITEA -> "x-gitea-signature";
            case BITBUCKET -> "x-hub-signature";
        };
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void aSignedOneIsTaken(Hook hook) {
        assertThat(hook.delivery().forge()).isEqualTo(hook.settings().forge());
        assertThat(hook.delivery().deliveryId()).isEqualTo("d-1");
        assertThat(hook.event()).isInstanceOf(WebhookEvent.Push.class);
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void withoutASecretNothingIsTaken(Hook hook) {
        var bare = ForgeSettings.of(hook.settings().forge(), URI.create("https://ci.example.org"));
        assertThat(new Hook(bare, hook.headers(), hook.body()).read()).isEqualTo(new Webhook.NotConfigured());
        assertThat(new Hook(bare, Map.of(), hook.body()).read()).isEqualTo(new Webhook.NotConfigured());
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void theEventHasToBeNamedEvenIfTheSignatureIsWrong(Hook hook) {
        assertThat(hook.without(eventHeader(hook)).read()).isEqualTo(new Webhook.MissingEvent());
        assertThat(hook.with(eventHeader(hook), " ").read()).isEqualTo(new Webhook.MissingEvent());
        assertThat(hook.without(eventHeader(hook))
                        .without(signatureHeader(hook))
                        .read())
                .isEqualTo(new Webhook.MissingEvent());
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void aMissingOrForgedSignatureIsRefused(Hook hook) {
        String header = signatureHeader(hook);
        String good = hook.headers().get(header);
        String other = good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0");
        assertThat(hook.without(header).read()).isEqualTo(new Webhook.BadSignature());
        for (String forged :
                List.of("", other, good + "0", good.substring(1), "sha1=" + good, "sha256=", "sha256=zz")) {
            assertThat(hook.with(header, forged).read()).as(forged).isEqualTo(new Webhook.BadSignature());
        }
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void theSignatureIsOverEveryByteOfTheBody(Hook hook) {
        if (hook.settings().forge() == Forge.GITLAB) {
            return; // GitLab sends a password and signs nothing.
        }
        String body = new String(hook.body(), StandardCharsets.UTF_8);
        assertThat(hook.withBody(body + " ").read()).isEqualTo(new Webhook.BadSignature());
        assertThat(hook.withBody("not JSON").read()).isEqualTo(new Webhook.BadSignature());
    }

    @Test
    void aSignatureOfAnotherForgeIsNone() {
        Hook gitea = Hook.of(Forge.GITEA, "push", Hook.payload("gitea-push"));
        String prefixed = "sha256=" + gitea.headers().get("x-gitea-signature");
        assertThat(gitea.with("x-gitea-signature", prefixed).read()).isEqualTo(new Webhook.BadSignature());
        assertThat(gitea.without("x-gitea-signature")
                        .with("x-hub-signature-256", prefixed)
                        .read())
                .isEqualTo(new Webhook.BadSignature());
    }

    @Test
    void forgejoHasItsOwnHeaders() {
        Hook gitea = Hook.of(Forge.GITEA, "push", Hook.payload("gitea-push"));
        Hook forgejo = new Hook(
                gitea.settings(),
                Map.of(
                        "x-forgejo-event", "push",
                        "x-forgejo-delivery", "f-7",
                        "x-forgejo-signature", gitea.headers().get("x-gitea-signature")),
                gitea.body());
        assertThat(forgejo.delivery().deliveryId()).isEqualTo("f-7");
        assertThat(Forge.named("forgejo")).contains(Forge.GITEA);
        assertThat(Forge.named("sourceforge")).isEmpty();
        for (Forge forge : Forge.values()) {
            assertThat(Forge.named(forge.wireName())).contains(forge);
        }
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void withoutADeliveryIdTheBodyIsTheId(Hook hook) {
        String wanted = "body-sha256:" + HexFormat.of().formatHex(Signatures.sha256(hook.body()));
        Hook bare = hook;
        for (String header :
                List.of("x-github-delivery", "x-gitlab-event-uuid", "x-gitea-delivery", "x-request-uuid")) {
            bare = bare.without(header);
        }
        assertThat(bare.delivery().deliveryId()).isEqualTo(wanted);
        assertThat(hook.with("x-github-delivery", "x".repeat(300))
                        .with("x-gitlab-event-uuid", "a\u0000b")
                        .with("x-gitea-delivery", "'; drop table")
                        .with("x-request-uuid", "")
                        .delivery()
                        .deliveryId())
                .isEqualTo(wanted);
    }

    @Test
    void gitLabsKeyForRepetitionsComesFirst() {
        Hook hook =
                Hook.of(Forge.GITLAB, "Push Hook", Hook.payload("gitlab-push")).with("idempotency-key", "k-1");
        assertThat(hook.delivery().deliveryId()).isEqualTo("k-1");
        assertThat(hook.with("x-gitlab-webhook-uuid", "h-1").delivery().deliveryId())
                .isEqualTo("h-1+k-1");
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void whatIsSignedButNoPayloadIsMalformed(Hook hook) {
        Forge forge = hook.settings().forge();
        String event = hook.headers().get(eventHeader(hook));
        for (String body : List.of(
                "",
                "nonsense",
                "[]",
                "7",
                "{",
                "{} {}",
                "{}",
                new String(hook.body(), StandardCharsets.UTF_8) + "{}",
                "[".repeat(100),
                "{\"ref\":7}",
                "\u0000")) {
            assertThat(Hook.of(forge, event, body).read())
                    .as("%s %s", forge, body)
                    .isInstanceOfSatisfying(
                            Webhook.Malformed.class,
                            malformed -> assertThat(malformed.reason()).isNotBlank());
        }
    }

    @Test
    void aFormCarriesTheJsonInItsPayload() {
        String json = Hook.payload("github-push");
        String form = "payload=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
        Hook plain = Hook.of(Forge.GITHUB, "push", json);
        assertThat(Hook.of(Forge.GITHUB, "push", form)
                        .with("content-type", "application/x-www-form-urlencoded")
                        .event())
                .isEqualTo(plain.event());
        for (String bad : List.of("payload=%zz", "other=1", "payload=")) {
            assertThat(Hook.of(Forge.GITHUB, "push", bad)
                            .with("content-type", "application/x-www-form-urlencoded")
                            .read())
                    .isInstanceOf(Webhook.Malformed.class);
        }
    }

    @Test
    void aPushOfThousandsOfFilesIsReadAllTheSame() {
        StringBuilder files = new StringBuilder("\"a\"");
        for (int i = 0; i < 200_000; i++) {
            files.append(",\"some/folder/file").append(i).append('"');
        }
        String json = Hook.payload("github-push").replace("\"a.txt\"", files);
        assertThat(json.length()).isGreaterThan(8 << 20);
        assertThat(Hook.of(Forge.GITHUB, "push", json).event())
                .isEqualTo(Hook.of(Forge.GITHUB, "push", Hook.payload("github-push"))
                        .event());
    }

    /** Whatever is changed in a good payload, the answer is a value. */
    @Property(tries = 400)
    void noSignedBodyMakesItThrow(@ForAll long seed) {
        Random random = new Random(seed);
        for (Hook hook : hooks().toList()) {
            byte[] body = hook.body().clone();
            for (int i = 0; i < 3; i++) {
                body[random.nextInt(body.length)] = (byte) "\"{}[]:,0n\u0000-\\".charAt(random.nextInt(12));
            }
            String text = new String(body, StandardCharsets.ISO_8859_1);
            Webhook read = Hook.of(hook.settings().forge(), hook.headers().get(eventHeader(hook)), text)
                    .read();
            assertThat(read).isInstanceOfAny(Webhook.Malformed.class, Webhook.Delivery.class);
        }
    }
}
