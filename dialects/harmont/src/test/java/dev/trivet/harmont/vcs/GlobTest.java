package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec section 6.2: globs. */
class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "main, main, true",
        "main, main2, false",
        "main, amain, false",
        "Main, main, false",
        "*, a/b/c, true",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "release/*, release/1/2, true",
        "release/*, release/, true",
        "release/*, release, false",
        "v?.?, v1.2, true",
        "v?, v, false",
        "v?, v12, false",
        "?, 🚀, true",
        "a?c, a/c, true",
        "*-fix, hot-fix, true",
        "*a*b*, xxaxxbxx, true",
        "**, anything, true",
        "[ab], a, false",
        "[ab], [ab], true",
        "a.c, abc, false",
        "a\\*, a\\bc, true",
        "'{a,b}', a, false"
    })
    void examples(String glob, String name, boolean matches) {
        assertThat(new Glob(glob).matches(name)).isEqualTo(matches);
    }

    @Property(tries = 5000)
    void isWhatANaiveMatcherSays(@ForAll("globs") String glob, @ForAll("names") String name) {
        assertThat(new Glob(glob).matches(name)).isEqualTo(naive(glob, name));
    }

    @Property(tries = 500)
    void everyNameMatchesItself(@ForAll String name) {
        String literal = name.replace("*", "").replace("?", "");
        assertThat(new Glob(literal).matches(literal)).isTrue();
        assertThat(new Glob("*" + literal + "*").matches("x" + literal + "y")).isTrue();
    }

    @Test
    void aHostilePatternCostsOnePass() {
        Glob glob = new Glob("*a".repeat(500));
        String name = "a".repeat(499) + "b".repeat(50_000);
        Assertions.assertTimeout(
                Duration.ofSeconds(2), () -> assertThat(glob.matches(name)).isFalse());
        assertThatThrownBy(() -> new Glob("a".repeat(1025))).hasMessageContaining("1024");
    }

    @Provide
    Arbitrary<String> globs() {
        return Arbitraries.strings().withChars('a', 'b', '/', '*', '?').ofMaxLength(10);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars('a', 'b', '/').ofMaxLength(12);
    }

    private static boolean naive(String glob, String name) {
        if (glob.isEmpty()) {
            return name.isEmpty();
        }
        String rest = glob.substring(1);
        if (glob.charAt(0) == '*') {
            return naive(rest, name) || (!name.isEmpty() && naive(glob, name.substring(1)));
        }
        return !name.isEmpty()
                && (glob.charAt(0) == '?' || glob.charAt(0) == name.charAt(0))
                && naive(rest, name.substring(1));
    }
}
