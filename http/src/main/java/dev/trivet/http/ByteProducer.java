package dev.trivet.http;

import java.io.IOException;
import java.io.OutputStream;

/** Makes bytes while they are sent. */
@FunctionalInterface
public interface ByteProducer {
    /**
     * Writes all of them; the stream is not its to close.
     *
     * @throws HttpException how it is to be answered, as long as it has written nothing
     */
    void writeTo(OutputStream out) throws IOException;
}
