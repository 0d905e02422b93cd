package dev.trivet.harmont;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.http.HttpException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HarmontErrorsTest {
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aCodeComesWithItsStatusAndHasAPage(ErrorCode code) {
        HttpException error = HarmontErrors.of(code, "why");
        assertThat(error.problem().status()).isEqualTo(code.status());
        assertThat(error.problem().code()).isEqualTo(code.wireName());
        assertThat(ErrorCode.ofSlug(code.slug())).contains(code);
        assertThat(ErrorCode.ofSlug(code.wireName())).contains(code);
    }

    @Test
    void cursorsComeBackAndNonsenseIsNone() {
        var cursor = new Cursor(java.time.Instant.parse("2026-06-01T12:00:00.123456Z"), "42");
        assertThat(Cursor.parse(cursor.toString())).contains(cursor);
        assertThat(cursor.toString()).doesNotContain("=");
        for (String text : new String[] {"", "!", "AAAA", "x".repeat(1000), "MjAyNg"}) {
            assertThat(Cursor.parse(text)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/o/r.git,o/r",
        "git@h:o/r.git,o/r",
        "ssh://git@h:22/o/r,o/r",
        "local/e2e,e2e",
        "https://h/group/sub/r/,sub/r",
        "name,name"
    })
    void aRepositoryHasAName(String repository, String name) {
        assertThat(Optional.ofNullable(PipelineRoutes.repoName(repository))).contains(name);
    }
}
