package dev.trivet.accounts.oauth;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody as a provider knows them.
 *
 * @param provider which one
 * @param subject the provider's own id of the account, which never becomes another's
 * @param login what the account is called there; it may become another's
 * @param name what people call them
 * @param verifiedEmail an address that the provider has proved to be theirs
 */
public record ExternalUser(
        String provider,
        String subject,
        String login,
        @Nullable String name,
        Optional<String> verifiedEmail) {
    public ExternalUser {
        Objects.requireNonNull(provider, "provider is null");
        Objects.requireNonNull(login, "login is null");
        Objects.requireNonNull(verifiedEmail, "verifiedEmail is null");
        if (subject.isEmpty() || subject.length() > 255) {
            throw new IllegalArgumentException("a provider's id of an account has 1 to 255 characters");
        }
    }
}
