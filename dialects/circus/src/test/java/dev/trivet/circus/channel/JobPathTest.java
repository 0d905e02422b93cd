package dev.trivet.circus.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobPathTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "hello, hello",
                "x86_64-linux.hello, x86_64-linux|hello",
                "a.\"b.c\".d, a|b.c|d",
                "\"a\\\"b\", a\"b",
                "\"a\\${b}\", a${b}",
                "a..b, a|b",
                ".a., a",
                "a\"b.c\"d, a\"b|c\"d",
                "\"open.end, \"open|end",
                "\"a\"b.c, \"a\"b|c",
                "a/b c, a/b c",
                "\"\", ``",
                "..., ``",
            })
    void aNameIsReadWordByWord(String job, String words) {
        assertThat(JobPath.of(job).map(JobPath::words).orElse(List.of()))
                .isEqualTo(words == null || words.isEmpty() ? List.of() : List.of(words.split("\\|")));
    }

    @Test
    void escapesInQuotesAreThoseOfNix() {
        assertThat(JobPath.of("\"a\\nb\\tc\\rd\\\\e\"").orElseThrow().words()).containsExactly("a\nb\tc\rd\\e");
    }

    @Test
    void aPlaceComesDirectlyBeforeThoseBelowIt() {
        assertThat(Stream.of("a-b", "a.b.c", "b", "a", "a.b", "a.c", "a.b-c")
                        .map(name -> JobPath.of(name).orElseThrow())
                        .sorted()
                        .map(path -> String.join(".", path.words())))
                .containsExactly("a", "a.b", "a.b.c", "a.b-c", "a.c", "a-b", "b");
    }
}
