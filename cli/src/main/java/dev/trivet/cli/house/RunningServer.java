package dev.trivet.cli.house;

import java.net.URI;
import java.util.Optional;

/** A server in this process. */
public interface RunningServer extends AutoCloseable {
    /** Where it answers, {@code http://host:port}. */
    URI address();

    /** A token that may do everything; empty if the administrator removed it. */
    Optional<String> adminToken();

    /** Whether that token was generated at this start, and nobody has seen it yet. */
    boolean adminTokenIsNew();

    /** Takes no more requests, lets those under way end, stops what runs, and returns. Calling it again does nothing. */
    @Override
    void close();
}
