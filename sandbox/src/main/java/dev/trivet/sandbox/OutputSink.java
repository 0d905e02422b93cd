package dev.trivet.sandbox;

import java.io.IOException;

/** Takes a command's output in order. A slow sink slows the command (back-pressure); a sink that throws ends it. */
@FunctionalInterface
public interface OutputSink {
    void accept(byte[] bytes, int offset, int length) throws IOException;
}
