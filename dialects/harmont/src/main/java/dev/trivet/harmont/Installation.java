package dev.trivet.harmont;

import java.time.Instant;
import java.util.Objects;

/**
 * An installation of the GitHub App that an organization has connected.
 *
 * @param id ours
 * @param installationId GitHub's
 * @param account where it is installed
 * @param accountType {@code User} or {@code Organization}
 */
record Installation(
        long id, long installationId, String account, String accountType, Instant created, Instant updated) {
    Installation {
        Objects.requireNonNull(account, "account is null");
        Objects.requireNonNull(accountType, "accountType is null");
        Objects.requireNonNull(created, "created is null");
        Objects.requireNonNull(updated, "updated is null");
    }
}
