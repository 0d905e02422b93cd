package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "smtp_password",
                "admin_token",
                "client_secret",
                "webhook_secret_encryption_key",
                "log_token_secret",
                "key",
                "apiKey",
                "PRIVATE-TOKEN",
                "Authorization",
                "X-Api-Key",
                "webhook_url",
                "secret_access_key"
            })
    void theseNamesStandForSecrets(String name) {
        assertThat(Secrets.named(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password_file",
                "key_file",
                "private_key_path",
                "token_url",
                "public_host_key",
                "client_id",
                "require_api_key_for_reads",
                "force_secure_cookies",
                "url",
                "api_keys",
                "name"
            })
    void theseDoNot(String name) {
        assertThat(Secrets.named(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://trivet:p@ss@db/trivet?sslmode=require, postgresql://trivet:********@db/trivet?sslmode=require",
        "jdbc:postgresql://db/trivet?user=u&password=x#y&ssl=true, jdbc:postgresql://db/trivet?user=u&password=********&ssl=true",
        "https://ghp_token@github.com/a/b, https://********@github.com/a/b",
        "https://user:word@example.org/, https://********@example.org/",
        "git+https://user:word@example.org/, git+https://********@example.org/",
        "ssh://git@example.org/a, ssh://git@example.org/a",
        "https://example.org/hook?token=abc&a=b, https://example.org/hook?token=********&a=b",
        "https://example.org/a@b, https://example.org/a@b"
    })
    void whatIsSecretInAnAddressIsHiddenAndPutBack(String address, String shown) {
        assertThat(Secrets.masked(address)).isEqualTo(shown);
        assertThat(Secrets.masked(shown)).isEqualTo(shown);
        assertThat(Secrets.unmasked(shown, address)).hasValue(address);
        assertThat(Secrets.isMasked(shown)).isEqualTo(!shown.equals(address));
    }

    @Test
    void aHiddenPasswordGoesWithAnotherHostButNotFromNowhere() {
        assertThat(Secrets.unmasked("postgresql://u:********@new/db", "postgresql://u:word@old/db"))
                .hasValue("postgresql://u:word@new/db");
        assertThat(Secrets.unmasked("postgresql://u:********@new/db", "postgresql://old/db"))
                .isEmpty();
    }

    @Test
    void jsonIsHiddenAllTheWayDown() {
        assertThat(Secrets.masked(Json.MAPPER.readTree("""
                        {"channel": {"token": "a", "url": "https://u:p@h/", "list": [{"password": 1}]}, "secret": {"a": ["b"]},
                         "none": null, "token": null, "key": "", "count": 2, "state": "success"}
                        """))).isEqualTo(Json.MAPPER.readTree("""
                        {"channel": {"token": "********", "url": "https://********@h/", "list": [{"password": "********"}]},
                         "secret": {"a": ["********"]}, "none": null, "token": null, "key": "", "count": 2, "state": "success"}
                        """));
    }
}
