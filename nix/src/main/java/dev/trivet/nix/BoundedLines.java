package dev.trivet.nix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lines of somebody who may never end one: a longer line than the bound is cut there. For one thread. */
final class BoundedLines implements AutoCloseable {
    private final InputStream in;
    private final long longest;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int filled;
    private int read;

    /** @param longest in bytes */
    BoundedLines(InputStream in, long longest) {
        this.in = Objects.requireNonNull(in, "in is null");
        this.longest = longest;
    }

    /** The next one, without its line end; null at the end. What is no UTF-8 is replaced. */
    @Nullable
    String next() throws IOException {
        line.reset();
        boolean any = false;
        while (fill()) {
            any = true;
            int from = read;
            while (read < filled && buffer[read] != '\n') {
                read++;
            }
            int room = (int) Math.min(read - from, longest - line.size());
            line.write(buffer, from, room);
            if (read < filled) {
                read++;
                return line.toString(StandardCharsets.UTF_8);
            }
        }
        return any ? line.toString(StandardCharsets.UTF_8) : null;
    }

    private boolean fill() throws IOException {
        if (read == filled) {
            read = 0;
            filled = Math.max(0, in.read(buffer));
        }
        return filled > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
