package dev.trivet.http;

import java.util.Optional;

/** Turns requests away before anybody looks at them. Thread-safe. */
@FunctionalInterface
public interface Gate {
    /** Turns nobody away. */
    Gate OPEN = address -> Optional.empty();

    /**
     * What a request is answered that is turned away, or nothing for one that may pass.
     *
     * @param remoteAddress of the peer
     */
    Optional<Response> refuse(String remoteAddress);
}
