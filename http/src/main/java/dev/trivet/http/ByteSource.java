package dev.trivet.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Bytes that can be sent whole or in part; they may grow, but what was there never changes. */
public interface ByteSource {

    /** How many bytes there are now. */
    long size() throws IOException;

    /** Writes {@code length} bytes from {@code offset} on; both lie within a size that {@link #size()} told. */
    void writeTo(OutputStream out, long offset, long length) throws IOException;

    /** A file that holds exactly these bytes, where there is one: it is sent without going through the heap. */
    default Optional<Path> file() throws IOException {
        return Optional.empty();
    }
}
