package dev.trivet.circus.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BytePipeTest {
    private static final byte[] BYTES = new byte[3_000_000];

    static {
        new Random(1).nextBytes(BYTES);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        var pipe = new BytePipe();
        var written = CompletableFuture.runAsync(() -> {
            try (OutputStream sink = pipe.sink()) {
                sink.write(BYTES);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        try (InputStream source = pipe.source()) {
            assertThat(source.readAllBytes()).isEqualTo(BYTES);
            assertThat(source.read()).isEqualTo(-1);
        }
        written.get();
    }

    @Test
    void aPartIsNeverTakenForTheWhole() throws Exception {
        var pipe = new BytePipe();
        pipe.sink().write(BYTES, 0, 100_000);
        pipe.fail(new IOException("the disk is broken"));
        try (InputStream source = pipe.source()) {
            assertThatThrownBy(source::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk is broken");
        }
    }

    @Test
    void aWriterWithoutAReaderEnds() throws Exception {
        var pipe = new BytePipe();
        pipe.source().close();
        assertThatThrownBy(() -> pipe.sink().write(BYTES)).isInstanceOf(IOException.class);
    }
}
