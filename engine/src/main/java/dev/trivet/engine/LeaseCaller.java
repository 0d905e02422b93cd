package dev.trivet.engine;

import java.util.Objects;
import java.util.UUID;

/**
 * Who says that a lease is his: the session that a request names, and the credential that it came with. Whether there is such a session is for
 * {@link RemoteRunners} to say.
 */
public record LeaseCaller(UUID runner, long generation, long tokenId) {
    public LeaseCaller {
        Objects.requireNonNull(runner, "runner is null");
    }
}
