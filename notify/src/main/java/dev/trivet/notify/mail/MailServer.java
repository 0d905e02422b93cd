package dev.trivet.notify.mail;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A server that takes e-mail. Not shown: it has a password.
 *
 * @param user empty for none
 * @param password empty for none
 * @param authorities file in PEM with the certificates to trust; otherwise Java's
 * @param trusted whether the operator named it: then it may be internal
 */
public record MailServer(
        String host,
        int port,
        Optional<String> user,
        Optional<String> password,
        Encryption encryption,
        Optional<Path> authorities,
        boolean trusted) {
    /** How what is said to it is kept from others. */
    public enum Encryption {
        /** Not at all. */
        NONE,
        /** It begins in the open; nothing is sent unless it can be encrypted. */
        STARTTLS,
        /** From the first byte on. */
        TLS
    }

    /** The port at which servers expect encryption from the first byte on. */
    public static final int TLS_PORT = 465;

    public MailServer {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
        Objects.requireNonNull(encryption, "encryption is null");
        Objects.requireNonNull(authorities, "authorities is null");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
