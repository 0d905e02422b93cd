package dev.trivet.harmont;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.harmont.LogChunks.Chunk;
import dev.trivet.harmont.LogChunks.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogChunksTest {
    private static final String TEXT = "first\n\nthird with ünï\r\n\u0000fourth\nlast";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void howBytesArriveDoesNotChangeTheChunks(int piece) {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        var chunks = new LogChunks(Kind.OUTPUT, 0);
        List<Chunk> all = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
            all.addAll(chunks.add(part, part.length));
        }
        all.addAll(chunks.rest());
        assertThat(all)
                .extracting(Chunk::content)
                .containsExactly("first\n", "\n", "third with ünï\r\n", "\u0000fourth\n", "last");
        assertThat(all).extracting(Chunk::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aReaderInTheMiddleCountsOn() {
        var chunks = new LogChunks(Kind.OUTPUT, 41);
        assertThat(chunks.add("x\n".getBytes(StandardCharsets.UTF_8), 2))
                .extracting(Chunk::sequence)
                .containsExactly(42L);
        assertThat(chunks.rest()).isEmpty();
    }

    @Test
    void aLineWithoutEndIsCutAndSaysSo() {
        byte[] long2 = "a".repeat(LogChunks.LONGEST_LINE).getBytes(StandardCharsets.UTF_8);
        var chunks = new LogChunks(Kind.OUTPUT, 0);
        assertThat(chunks.add(long2, long2.length)).isEmpty();
        assertThat(chunks.add(long2, long2.length)).isEmpty();
        List<Chunk> ended = chunks.add(new byte[] {'\n'}, 1);
        assertThat(ended).hasSize(1);
        assertThat(ended.getFirst().content())
                .hasSizeLessThan(LogChunks.LONGEST_LINE + 100)
                .endsWith(" [… " + (LogChunks.LONGEST_LINE + 1) + " more bytes in this line]\n");
    }
}
