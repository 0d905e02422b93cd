package dev.trivet.runner;

/**
 * The server cannot be reached because it is not running, and nobody else could give this runner's leases away: they hold for as long as it is
 * absent, and when it is back it gives runners the full time of a lease to be heard again.
 */
public final class ServerAbsentException extends LinkUnavailableException {
    public ServerAbsentException(String message, Throwable cause) {
        super(message, cause);
    }
}
