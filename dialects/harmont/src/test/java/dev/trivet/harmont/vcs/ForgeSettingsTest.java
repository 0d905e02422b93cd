package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ForgeSettingsTest {
    private static final URI WEB = URI.create("https://ci.example.org/");

    @Test
    void defaults() {
        for (Forge forge : Forge.values()) {
            ForgeSettings settings = ForgeSettings.of(forge, WEB);
            assertThat(settings.apiUrl()).isEqualTo(forge.defaultApiUrl());
            assertThat(settings.webhookSecret()).isNull();
            assertThat(settings.token()).isNull();
            assertThat(settings.app()).isNull();
            assertThat(settings.webUrl()).hasToString("https://ci.example.org");
            assertThat(settings.buildUrl("acme", "api-ci", 7))
                    .hasToString("https://ci.example.org/acme/pipelines/api-ci/builds/7");
        }
        assertThat(Forge.GITHUB.defaultApiUrl()).hasToString("https://api.github.com");
        assertThat(Forge.GITLAB.defaultApiUrl()).hasToString("https://gitlab.com/api/v4");
        assertThat(Forge.GITEA.defaultApiUrl()).hasToString("https://codeberg.org/api/v1");
        assertThat(Forge.BITBUCKET.defaultApiUrl()).hasToString("https://api.bitbucket.org/2.0");
    }

    @Test
    void whatIsWrongIsSaid() {
        ForgeSettings settings = ForgeSettings.of(Forge.GITHUB, WEB);
        assertThatThrownBy(() -> settings.withWebhookSecret("short")).hasMessageContaining("20");
        assertThatThrownBy(() -> ForgeSettings.of(Forge.GITEA, WEB).withWebhookSecret(" "))
                .hasMessageContaining("secret");
        assertThatThrownBy(() -> settings.withToken("a\nb")).hasMessageContaining("token");
        assertThatThrownBy(() -> settings.withToken("")).hasMessageContaining("token");
        for (String url :
                new String[] {"ftp://h", "https:opaque", "/path", "https://h?a", "https://h#a", "https://u@h"}) {
            assertThatThrownBy(() -> settings.withApiUrl(URI.create(url)))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void secretsAreNotShown() {
        ForgeSettings settings = ForgeSettings.of(Forge.GITLAB, WEB)
                .withWebhookSecret("webhook-secret-of-the-forge")
                .withToken("glpat-token");
        assertThat(settings.toString())
                .doesNotContain("webhook-secret-of", "glpat")
                .contains("gitlab.com");
    }

    @Test
    void anAppSignsWithItsKeyInEitherForm() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        byte[] pkcs8 = pair.getPrivate().getEncoded();
        byte[] pkcs1 = java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        for (String pem : new String[] {pem("PRIVATE KEY", pkcs8), pem("RSA PRIVATE KEY", pkcs1)}) {
            GitHubApp app = GitHubApp.of("12345", pem);
            String[] parts = app.webToken(now).split("\\.", -1);
            assertThat(decode(parts[0])).isEqualTo("{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
            assertThat(decode(parts[1]))
                    .isEqualTo("{\"iat\":" + (now.getEpochSecond() - 60) + ",\"exp\":" + (now.getEpochSecond() + 540)
                            + ",\"iss\":\"12345\"}");
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(pair.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2])))
                    .isTrue();
            assertThat(app.toString()).isEqualTo("GitHubApp[12345]");
        }
    }

    @Test
    void whatIsNoKeyIsSaidToBeNone() {
        for (String pem : new String[] {
            "",
            "nonsense",
            pem("PRIVATE KEY", new byte[] {1, 2, 3}),
            pem("RSA PRIVATE KEY", new byte[500]),
            pem("PUBLIC KEY", new byte[9])
        }) {
            assertThatThrownBy(() -> GitHubApp.of("1", pem))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("private key");
        }
        assertThatThrownBy(
                        () -> ForgeSettings.of(Forge.GITEA, WEB).withApp(null).withApp(app()))
                .hasMessageContaining("github");
    }

    private static GitHubApp app() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new GitHubApp("1", generator.generateKeyPair().getPrivate());
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
