package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private final SecretBox box = SecretBox.locked("a long sentence that nobody guesses");

    @Test
    void whatIsSealedIsOpenedAtItsPlaceUnderItsKeyOnly() {
        String sealed = box.seal("of the forge", "here");
        assertThat(sealed).startsWith("aesgcm:").doesNotContain("forge");
        assertThat(box.open(sealed, "here")).contains("of the forge");
        assertThat(SecretBox.locked("a long sentence that nobody guesses").open(sealed, "here"))
                .contains("of the forge");
        assertThat(box.open(sealed, "there")).isEmpty();
        assertThat(SecretBox.locked("another").open(sealed, "here")).isEmpty();
        assertThat(SecretBox.OPEN.open(sealed, "here")).isEmpty();
        assertThat(box.seal("of the forge", "here")).isNotEqualTo(sealed);
    }

    @Test
    void whatIsDamagedIsNotOpened() {
        String sealed = box.seal("of the forge", "here");
        char last = sealed.charAt(sealed.length() - 5) == 'A' ? 'B' : 'A';
        String damaged = sealed.substring(0, sealed.length() - 5) + last + sealed.substring(sealed.length() - 4);
        assertThat(box.open(damaged, "here")).isEmpty();
        assertThat(box.open("aesgcm:", "here")).isEmpty();
        assertThat(box.open("aesgcm:AAAA", "here")).isEmpty();
        assertThat(box.open("aesgcm:not base64!", "here")).isEmpty();
    }

    @Test
    void withoutAKeyItIsKeptAsItIs() {
        assertThat(SecretBox.OPEN.seal("plain", "here")).isEqualTo("plain");
        assertThat(SecretBox.OPEN.open("plain", "here")).contains("plain");
        assertThat(box.open("plain", "here")).contains("plain");
    }
}
