package dev.trivet.logs.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The streaming masker against the slow one, over random secrets, texts and ways to cut the text into pieces. */
class MaskerPropertyTest {

    /** Few letters: patterns that overlap, repeat and contain each other are then the rule. */
    @Property(tries = 2000)
    void masksLikeTheOracleHoweverThePiecesAreCut(
            @ForAll("patterns") List<byte[]> patterns, @ForAll("text") byte[] text, @ForAll long seed)
            throws IOException {
        ByteArrayOutputStream masked = new ByteArrayOutputStream();
        try (MaskingStream stream = Masker.ofForms(patterns).mask(masked)) {
            feed(stream, text, new Random(seed));
        }
        assertThat(masked.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(new String(MaskingOracle.mask(text, patterns), StandardCharsets.ISO_8859_1));
    }

    /** After each byte: nothing is held back but what may still become a secret, and nothing of a secret is out. */
    @Property(tries = 300)
    void passesOnAllButALivePrefixAtOnce(@ForAll("patterns") List<byte[]> patterns, @ForAll("text") byte[] text)
            throws IOException {
        ByteArrayOutputStream masked = new ByteArrayOutputStream();
        MaskingStream stream = Masker.ofForms(patterns).mask(masked);
        for (int end = 1; end <= text.length; end++) {
            stream.write(text[end - 1]);
            byte[] seen = Arrays.copyOf(text, end);
            byte[] expected = MaskingOracle.maskBeginning(seen, patterns, end - livePrefix(text, end, patterns));
            assertThat(masked.toByteArray()).isEqualTo(expected);
        }
    }

    private static int livePrefix(byte[] text, int end, List<byte[]> patterns) {
        int longest = 0;
        for (byte[] pattern : patterns) {
            for (int length = Math.min(pattern.length, end); length > longest; length--) {
                if (Arrays.equals(pattern, 0, length, text, end - length, end)) {
                    longest = length;
                    break;
                }
            }
        }
        return longest;
    }

    /** Whatever surrounds a secret, its encoded forms do not survive. */
    @Property(tries = 500)
    void encodedSecretsAreMaskedInAnySurroundings(
            @ForAll("secret") byte[] secret,
            @ForAll("surroundings") byte[] before,
            @ForAll("surroundings") byte[] after)
            throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before);
        all.writeBytes(secret);
        all.writeBytes(after);
        Masker masker = Masker.of(List.of(secret));
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            String encoded = encoder.encodeToString(all.toByteArray());
            String masked = masker.mask(encoded);
            // the characters that the secret decides alone: at most one more on each side may stay
            int first = (before.length * 8 + 5) / 6;
            int end = (before.length + secret.length) * 8 / 6;
            assertThat(masked).doesNotContain(encoded.substring(first, end)).contains("***");
        }
    }

    private static void feed(MaskingStream stream, byte[] text, Random random) throws IOException {
        for (int at = 0; at < text.length; ) {
            int piece = Math.min(text.length - at, random.nextInt(6));
            stream.write(text, at, piece);
            at += piece;
            if (random.nextInt(4) == 0) {
                stream.flush();
            }
        }
    }

    @Provide
    Arbitrary<List<byte[]>> patterns() {
        return letters("ab", 4, 12)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .flatMap(first -> letters("abcd", 4, 20).list().ofMaxSize(3).map(more -> {
                    List<byte[]> all = new ArrayList<>(first);
                    all.addAll(more);
                    return all;
                }));
    }

    @Provide
    Arbitrary<byte[]> text() {
        return Arbitraries.oneOf(letters("ab", 0, 60), letters("abcd", 0, 60), letters("abcdx", 0, 60));
    }

    @Provide
    Arbitrary<byte[]> secret() {
        return Arbitraries.bytes().array(byte[].class).ofMinSize(4).ofMaxSize(60);
    }

    @Provide
    Arbitrary<byte[]> surroundings() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(7);
    }

    private static Arbitrary<byte[]> letters(String alphabet, int min, int max) {
        return Arbitraries.strings()
                .withChars(alphabet.toCharArray())
                .ofMinLength(min)
                .ofMaxLength(max)
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
