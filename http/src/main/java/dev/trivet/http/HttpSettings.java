package dev.trivet.http;

import java.time.Duration;
import java.util.Objects;

/**
 * How the server listens and what it bears.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 for any free one
 * @param secureCookies whether browsers reach us over https, so that the session cookie may be bound to it
 * @param idleTimeout longest silence of a connection while something is expected from the client, and of a write that it does not take
 * @param headerTimeout longest time for sending one request's line and headers
 * @param bodyTimeout longest time for sending one body that is read into memory
 * @param headerBytes most bytes of a request's line and headers
 * @param connections most connections at once
 * @param watchers most event streams at once
 * @param heartbeat longest silence of an event stream
 * @param stopTimeout longest wait for requests under way when the server stops
 */
public record HttpSettings(
        String host,
        int port,
        boolean secureCookies,
        Duration idleTimeout,
        Duration headerTimeout,
        Duration bodyTimeout,
        int headerBytes,
        int connections,
        int watchers,
        Duration heartbeat,
        Duration stopTimeout) {
    public HttpSettings {
        Objects.requireNonNull(host, "host is null");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("a port is from 0 to 65535, not " + port);
        }
    }

    /** The defaults for listening there. */
    public static HttpSettings on(String host, int port) {
        return new HttpSettings(
                host,
                port,
                false,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                8 << 10,
                30_000,
                20_000,
                Duration.ofSeconds(15),
                Duration.ofSeconds(5));
    }

    /** The same for browsers that reach us over https. */
    public HttpSettings withSecureCookies(boolean secure) {
        return new HttpSettings(
                host,
                port,
                secure,
                idleTimeout,
                headerTimeout,
                bodyTimeout,
                headerBytes,
                connections,
                watchers,
                heartbeat,
                stopTimeout);
    }

    /** The same with other times. */
    public HttpSettings withTimeouts(Duration idle, Duration header, Duration body) {
        return new HttpSettings(
                host,
                port,
                secureCookies,
                idle,
                header,
                body,
                headerBytes,
                connections,
                watchers,
                heartbeat,
                stopTimeout);
    }

    /** The same with another bound on event streams and their silence. */
    public HttpSettings withWatchers(int most, Duration silence) {
        return new HttpSettings(
                host,
                port,
                secureCookies,
                idleTimeout,
                headerTimeout,
                bodyTimeout,
                headerBytes,
                connections,
                most,
                silence,
                stopTimeout);
    }

    /** The cookie of web sessions under these settings. */
    public SessionCookie sessionCookie() {
        return new SessionCookie(secureCookies);
    }
}
