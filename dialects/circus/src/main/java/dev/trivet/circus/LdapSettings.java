package dev.trivet.circus;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The directory that knows people's passwords.
 *
 * @param url {@code ldap://host:port} or {@code ldaps://host:port}
 * @param bindDnTemplate the name to bind with, where <code>{username}</code> stands for who signs in
 * @param certificates file in PEM with the authorities to trust, instead of Java's own
 */
public record LdapSettings(String url, String bindDnTemplate, Optional<Path> certificates) {
    public LdapSettings {
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(certificates, "certificates is null");
        if (!bindDnTemplate.contains("{username}")) {
            throw new IllegalArgumentException("the template has no {username}: " + bindDnTemplate);
        }
    }
}
