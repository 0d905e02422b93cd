package dev.trivet.http;

import java.io.IOException;

/** Sends events to one watcher. */
@FunctionalInterface
public interface EventSource {

    /**
     * Sends events until there are no more; returning ends the stream. Runs on a virtual thread of its own and may block; it is interrupted
     * when the client is gone or the server stops.
     */
    void stream(EventStream stream) throws IOException, InterruptedException;
}
