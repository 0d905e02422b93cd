package dev.trivet.srht.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that want to hurt: all of them are refused with a place, quickly, and nothing else ever comes out of the parser. */
class HostileManifestTest {
    private static final List<String> PIECES = List.of(
            "image: x\n",
            "tasks:\n",
            "- a: b\n",
            "  - c: |\n",
            "      run\n",
            "packages: ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "<<: *a\n",
            "!!int ",
            "!foo ",
            "!",
            "? ",
            ": ",
            "- ",
            "\n",
            "\t",
            "\"",
            "'",
            "#",
            "%YAML 1.1\n",
            "---\n",
            "...\n",
            "|",
            ">-\n",
            "0x",
            "08",
            "environment:\n",
            "  K: 1_0\n",
            "secrets: ",
            "triggers: ",
            "\0",
            "\uFEFF",
            "\u2028",
            "\\",
            "@",
            "`",
            ",",
            "1e999",
            "😀");

    @Test
    void aliasBombsAreRefused() {
        var bomb = new StringBuilder("image: x\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1)));
        }

        assertRefused(bomb + "tasks: [a: b]\n", "aliases make this more than");
    }

    @Test
    void bombsOfMergeKeysAndOfLongTextsAreRefused() {
        String text = "y".repeat(4000);
        assertRefused(
                "image: x\nt: &t " + text + "\nenvironment:\n  A: [" + "*t, ".repeat(2000) + "*t]\n",
                "aliases make this more than");
        var merges = new StringBuilder("m0: &m0 {a: 1, b: 2}\n");
        for (int i = 1; i < 60; i++) {
            merges.append("m%d: &m%d {<<: [*m%d, *m%d], c%d: 1}\n".formatted(i, i, i - 1, i - 1, i));
        }
        assertRefused(merges.toString(), "aliases make this more than");
    }

    @Test
    void recursionIsRefused() {
        assertRefused("image: &a [*a]\n", "alias *a names no anchor");
        assertRefused("a: &a\n  <<: *a\n", "alias *a names no anchor");
        assertRefused("image: *nowhere\n", "alias *nowhere names no anchor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? "})
    void deepNestingIsRefused(String opener) {
        assertRefused(
                "image: x\ndeep: " + (opener.equals("- ") || opener.equals("? ") ? "\n  " : "") + opener.repeat(4000),
                "nested more than 64 levels");
    }

    @Test
    void binaryJunkIsRefusedWithItsPlace() {
        assertRefused("image: x\0\n", "yaml: line 1, column 9: character U+0000 is not allowed");
        assertRefused("image: 😀\u0007\n", "yaml: line 1, column 9: character U+0007 is not allowed");
        assertThatThrownBy(() -> ManifestParser.parse(new byte[] {'a', ':', '\n', 'b', (byte) 0xFF, 'c'}))
                .isInstanceOf(ManifestException.class)
                .hasMessage("yaml: line 2, column 2: byte 0xFF is not UTF-8");
        assertThatThrownBy(() -> ManifestParser.parse(new byte[] {'a', (byte) 0xE2, (byte) 0x82}))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("byte 0xE2 is not UTF-8");
    }

    @Test
    void escapesOfWhatNothingCanHoldAreRefused() {
        assertRefused("image: x\ntasks:\n- a: \"\\0\"\n", "line 3, column 6: this text has an escape for a character");
        assertRefused("image: x\nenvironment: {A: \"\\ud800\"}\n", "this text has an escape for a character");
    }

    @Test
    void languageTagsAreRefused() {
        assertRefused(
                "image: !!python/object/apply:os.system [id]\n",
                "tag !!python/object/apply:os.system is not supported");
        assertRefused("image: !!javax.script.ScriptEngineManager x\n", "is not supported");
        assertRefused("image: !mine x\n", "tag !mine is not supported");
        assertRefused("image: !!binary eA==\n", "tag !!binary is not supported");
        assertRefused("shell: !!bool perhaps\n", "'perhaps' is no !!bool");
        assertRefused("arch: !!int x\n", "'x' is no !!int");
    }

    @Test
    void aSecondDocumentIsRefused() {
        assertRefused("image: x\ntasks: [a: b]\n---\nimage: y\n", "line 4, column 1: a second document begins here");
    }

    @Test
    void keysThatAreNoTextAreRefused() {
        assertRefused("{{ image }}: x\n", "a key must be text, not a mapping");
        assertRefused("? [a]\n: b\n", "a key must be text, not a list");
        assertRefused("a: 1\n<<: 5\n", "<< merges a mapping, not a number");
    }

    @Test
    void hugeNumbersCostNothing() throws Exception {
        String digits = "9".repeat(10_000);
        var value = ManifestParser.parse("image: x\nenvironment: {A: " + digits + "}\ntasks: [a: b]\n")
                .environment()
                .get("A");

        assertThat(((EnvironmentValue.Single) value).text()).isEqualTo(digits);
    }

    @Property(tries = 2000)
    void randomBytesAreAManifestOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
        parseOrRefuse(() -> ManifestParser.parse(bytes));
    }

    @Property(tries = 2000)
    void randomTextIsAManifestOrRefused(@ForAll String text) {
        parseOrRefuse(() -> ManifestParser.parse(text));
    }

    @Property(tries = 4000)
    void shuffledPiecesOfManifestsAreAManifestOrRefused(@ForAll("pieces") String text) {
        parseOrRefuse(() -> ManifestParser.parse(text));
    }

    @Property(tries = 2000)
    void damagedManifestsAreAManifestOrRefused(@ForAll("damaged") String text) {
        parseOrRefuse(() -> ManifestParser.parse(text));
    }

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(PIECES).list().ofMaxSize(30).map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<String> damaged() {
        String whole = """
                image: debian/stable
                packages: [git, make]
                environment: {A: "b c", N: 010, L: [1, 'two', "$HOME"]}
                sources:
                - lib::git+https://example.org/lib.git#v1
                tasks:
                - build: |
                    make
                - test: |
                    make check
                triggers:
                - {action: email, condition: always, to: a@example.org}
                """;
        return Combinators.combine(
                        Arbitraries.integers().between(0, whole.length()),
                        Arbitraries.integers().between(0, 10),
                        Arbitraries.of(PIECES))
                .as((at, cut, piece) ->
                        whole.substring(0, at) + piece + whole.substring(Math.min(whole.length(), at + cut)));
    }

    private interface Parsing {
        Manifest parse() throws ManifestException;
    }

    private static void parseOrRefuse(Parsing parsing) {
        try {
            assertThat(parsing.parse().image()).isNotBlank();
        } catch (ManifestException e) {
            assertThat(e.getMessage()).isNotBlank();
            assertThat(e.position().line()).isPositive();
            assertThat(e.position().column()).isPositive();
        } catch (RuntimeException | StackOverflowError e) {
            fail("the parser threw " + e, e);
        }
    }

    private static void assertRefused(String text, String message) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> ManifestParser.parse(text))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(message);
        assertThat(System.nanoTime() - start).as("time to refuse").isLessThan(5_000_000_000L);
    }
}
