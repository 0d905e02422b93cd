package dev.trivet.http;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes that can be sent whole or in part; they may grow, but what was there never changes. */
public interface ByteSource {

    /** How many bytes there are now. */
    long size() throws IOException;

    /** Writes {@code length} bytes from {@code offset} on; both lie within a size that {@link #size()} told. */
    void writeTo(OutputStream out, long offset, long length) throws IOException;
}
