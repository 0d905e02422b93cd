package dev.trivet.circus;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What the operator decides about people.
 *
 * @param secureCookies whether browsers reach us over https only
 * @param readsNeedCredential whether what everybody may read otherwise needs a credential
 * @param rate how many requests one address may make, if that is bounded
 * @param email what addresses must look like beside having an at sign
 * @param declared {@code [declarative]} of the configuration file: users and API keys that there are (spec section 12.3)
 */
public record PeopleSettings(
        boolean secureCookies,
        boolean readsNeedCredential,
        Optional<Rate> rate,
        Optional<Pattern> email,
        Optional<LdapSettings> ldap,
        Optional<GithubSettings> github,
        JsonNode declared) {
    public PeopleSettings {
        Objects.requireNonNull(rate, "rate is null");
        Objects.requireNonNull(email, "email is null");
        Objects.requireNonNull(ldap, "ldap is null");
        Objects.requireNonNull(github, "github is null");
        Objects.requireNonNull(declared, "declared is null");
    }

    /**
     * A bound on requests of one address.
     *
     * @param perSecond at least 1
     * @param burst how many at once after it was quiet, at least 1
     */
    public record Rate(int perSecond, int burst) {}
}
