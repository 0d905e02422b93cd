package dev.trivet.logs.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskerTest {
    private static final String KEY = """
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz
            c2gtZWQyNTUxOQAAACBq
            x==
            -----END OPENSSH PRIVATE KEY-----
            """;

    @Test
    void masksAPlainSecret() {
        assertThat(masker("hunter2!").mask("password is hunter2!, really")).isEqualTo("password is ***, really");
    }

    @Test
    void unionOfOverlappingSecretsBecomesOneMask() {
        assertThat(Masker.ofTexts(List.of("abcdef", "defghi", "jklm")).mask("<abcdefghijklm>"))
                .isEqualTo("<***>");
    }

    @Test
    void shortValuesAreNoSecrets() {
        assertThat(masker("abc").isEmpty()).isTrue();
        assertThat(masker("").isEmpty()).isTrue();
        assertThat(Masker.NONE.mask("abc")).isEqualTo("abc");
        assertThat(masker("abcd").mask("abcd")).isEqualTo("***");
    }

    @Test
    void linesOfALongSecretAreMasked() {
        Masker masker = masker(KEY);
        assertThat(masker.mask(KEY)).isEqualTo("***");
        assertThat(masker.mask("[" + KEY.replace("\n", "\r\n") + "]")).isEqualTo("[***]");
        assertThat(masker.mask("log: c2gtZWQyNTUxOQAAACBq\n")).isEqualTo("log: ***\n");
        assertThat(masker.mask("x==")).isEqualTo("x==");
    }

    @Test
    void base64IsMaskedInEveryAlignmentAndAlphabet() {
        String secret = "s3cr3t~?>value";
        Masker masker = masker(secret);
        for (String before : List.of("", "u", "us", "use", "user:")) {
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.encodeToString((before + secret + "\n").getBytes(StandardCharsets.UTF_8));
                assertThat(masker.mask(encoded)).as(encoded).contains("***").hasSizeLessThan(before.length() * 2 + 12);
            }
        }
        assertThat(masker.mask(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("***");
    }

    @Test
    void base64BrokenIntoLinesIsMasked() {
        byte[] secret = new byte[200];
        new Random(1).nextBytes(secret);
        Masker masker = Masker.of(List.of(secret));
        for (int width : new int[] {64, 76}) {
            String encoded = Base64.getMimeEncoder(width, new byte[] {'\n'}).encodeToString(secret);
            assertThat(masker.mask(encoded).lines()).allMatch("***"::equals);
        }
    }

    @Test
    void urlEncodedSecretsAreMasked() {
        String secret = "p ss/w+rd&=ü~*";
        Masker masker = masker(secret);
        String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        assertThat(masker.mask("token=" + form + "&x=1")).isEqualTo("token=***&x=1");
        assertThat(masker.mask(form.replace("%2F", "%2f")
                        .replace("%2B", "%2b")
                        .replace("%C3%BC", "%c3%bc")
                        .replace("%3D", "%3d")
                        .replace("%7E", "%7e")))
                .isEqualTo("***");
        assertThat(masker.mask("p%20ss%2Fw%2Brd%26%3D%C3%BC~%2A")).isEqualTo("***");
        assertThat(masker.mask("p%20ss%2Fw%2Brd%26%3D%C3%BC~*")).isEqualTo("***");
        assertThat(masker.mask("p%20ss/w+rd&=%C3%BC~*")).isEqualTo("***");
    }

    @Test
    void onlyAPossibleBeginningIsHeldBack() throws IOException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        MaskingStream stream = masker("secret").mask(shown);
        write(stream, "a prompt> ");
        assertThat(shown.toString()).isEqualTo("a prompt> ");
        write(stream, "se");
        stream.flush();
        assertThat(shown.toString()).isEqualTo("a prompt> ");
        write(stream, "ven");
        assertThat(shown.toString()).isEqualTo("a prompt> seven");
        write(stream, "secre");
        stream.finish();
        assertThat(shown.toString()).isEqualTo("a prompt> sevensecre");
        write(stream, "t secret");
        stream.close();
        assertThat(shown.toString()).isEqualTo("a prompt> sevensecret ***");
    }

    @Test
    void thousandsOfBytesOfSecretsTakeLittleMemory() {
        Random random = new Random(2);
        List<byte[]> secrets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] secret = new byte[40];
            random.nextBytes(secret);
            secrets.add(HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII));
        }
        System.gc();
        long before = used();
        Masker masker = Masker.of(secrets);
        System.gc();
        assertThat(used() - before).isLessThan(16L << 20);
        assertThat(masker.mask(new String(secrets.get(7), StandardCharsets.US_ASCII)))
                .isEqualTo("***");
    }

    @Test
    void largeSecretsAreMaskedAndTooLargeOnesRefused() throws IOException {
        byte[] secret = new byte[200_000];
        new Random(3).nextBytes(secret);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (MaskingStream stream = Masker.of(List.of(secret)).mask(shown)) {
            stream.write('<');
            stream.write(secret);
            stream.write('|');
            stream.write(Base64.getEncoder().encode(secret));
            stream.write('>');
        }
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("<***|***>");
        byte[] tooLarge = new byte[600_000];
        new Random(4).nextBytes(tooLarge);
        assertThatThrownBy(() -> Masker.of(List.of(tooLarge)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("600000 bytes");
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Masker masker(String secret) {
        return Masker.ofTexts(List.of(secret));
    }

    private static void write(MaskingStream stream, String text) throws IOException {
        stream.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
