package dev.trivet.circus.cache;

import java.io.IOException;
import java.net.URI;

/** Says where the server may send requests to. Thread-safe. */
@FunctionalInterface
public interface OutgoingGuard {
    /** @throws IOException if it leads somewhere where it may not, or nobody knows where it leads */
    void check(URI uri) throws IOException;
}
