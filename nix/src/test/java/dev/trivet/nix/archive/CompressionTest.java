package dev.trivet.nix.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void whatIsCompressedIsDecompressed(Compression compression) throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        byte[] packed = packed(compression, bytes);
        try (var in = compression.decompress(new ByteArrayInputStream(packed))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(Compression.of(compression.word())).isEqualTo(compression);
    }

    @Test
    void otherProgramsReadIt() throws Exception {
        byte[] bytes = "the same text again and again\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
        Path xz = Files.write(directory.resolve("x.xz"), packed(Compression.XZ, bytes));
        assertThat(Programs.output(xz, "xz", "-dc")).isEqualTo(bytes);
        Path bzip2 = Files.write(directory.resolve("x.bz2"), packed(Compression.BZIP2, bytes));
        assertThat(Programs.output(bzip2, "bzip2", "-dc")).isEqualTo(bytes);
    }

    @Test
    void aWordThatIsNoneNamesThoseThatAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Compression.of("br"))
                .withMessage("archives are compressed by none, zstd, xz, bzip2, not by 'br'");
    }

    private static byte[] packed(Compression compression, byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = compression.compress(packed, compression.usualLevel())) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
