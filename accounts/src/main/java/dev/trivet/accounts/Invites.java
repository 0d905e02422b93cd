package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Invitations into organizations: for one address, for a week, to be accepted once (spec harmont section 2.5). Thread-safe. */
public final class Invites {
    /** How long an invitation can be accepted. */
    public static final Duration LIFETIME = Duration.ofDays(7);

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public Invites(Database database, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Those that can be accepted, oldest first; only managers see them. */
    public List<Invite> pending(long organizationId, Role by) {
        Memberships.requireManager(by);
        return database.read(handle -> handle.createQuery("""
                        SELECT * FROM accounts.invites WHERE organization_id = :organization AND expires > :now
                        ORDER BY created, id""")
                .bind("organization", organizationId)
                .bind("now", utc(clock.instant()))
                .map((row, context) -> invite(row))
                .list());
    }

    /**
     * Invites an address.
     *
     * @throws AccountException {@code INSUFFICIENT_ROLE}, or {@code BAD_INPUT} if it is no address, {@code TAKEN} if it has an invitation
     */
    public Invite.New create(long organizationId, Role by, String email, Role role) {
        Memberships.requireManager(by);
        User.checkEmail(email);
        String token = Secret.random(random);
        Instant now = clock.instant();
        Invite invite = database.write(handle -> {
            handle.createUpdate(
                            "DELETE FROM accounts.invites WHERE organization_id = :organization AND expires <= :now")
                    .bind("organization", organizationId)
                    .bind("now", utc(now))
                    .execute();
            return handle.createQuery("""
                            INSERT INTO accounts.invites (organization_id, email, role, hash, created, expires)
                            VALUES (:organization, :email, :role, :hash, :now, :expires)
                            ON CONFLICT (organization_id, lower(email)) DO NOTHING RETURNING *""")
                    .bind("organization", organizationId)
                    .bind("email", email)
                    .bind("role", (role == Role.ADMIN ? Role.ADMIN : Role.MEMBER).wireName())
                    .bind("hash", Secret.hash(token))
                    .bind("now", utc(now))
                    .bind("expires", utc(now.plus(LIFETIME)))
                    .map((row, context) -> invite(row))
                    .findOne()
                    .orElseThrow(() -> new AccountException(Reason.TAKEN, email + " is invited already"));
        });
        return new Invite.New(invite, token);
    }

    /**
     * Takes an invitation back.
     *
     * @throws AccountException {@code INSUFFICIENT_ROLE} or {@code NOT_FOUND}
     */
    public void revoke(long organizationId, Role by, @Nullable UUID id) {
        Memberships.requireManager(by);
        int revoked = id == null
                ? 0
                : database.write(handle -> handle.createUpdate(
                                "DELETE FROM accounts.invites WHERE organization_id = :organization AND id = :id")
                        .bind("organization", organizationId)
                        .bind("id", id)
                        .execute());
        if (revoked == 0) {
            throw new AccountException(Reason.NOT_FOUND, "the organization has no such invitation");
        }
    }

    /**
     * Makes the user a member.
     *
     * @throws AccountException {@code UNACCEPTABLE} if the token is unknown, used or over, is for another address, or the user is a member
     */
    public Organization accept(User user, String token) {
        Instant now = clock.instant();
        return database.write(handle -> {
            Optional<Found> found = take(handle, user, token, now);
            boolean accepted = found.isPresent()
                    && Memberships.insert(handle, found.get().organization.id(), user.id(), found.get().role, now);
            if (!accepted) {
                throw new AccountException(
                        Reason.UNACCEPTABLE,
                        "the invitation cannot be accepted: it is unknown, used, over or for another address,"
                                + " or you are a member already");
            }
            return found.get().organization;
        });
    }

    private static Optional<Found> take(Handle handle, User user, String token, Instant now) {
        return handle.createQuery("""
                        WITH taken AS (
                            DELETE FROM accounts.invites
                            WHERE hash = :hash AND expires > :now AND lower(email) = lower(:email)
                            RETURNING organization_id, role)
                        SELECT o.*, taken.role FROM taken JOIN accounts.organizations o ON o.id = taken.organization_id""")
                .bind("hash", Secret.hash(token))
                .bind("now", utc(now))
                .bind("email", user.email())
                .map((row, context) -> new Found(
                        Organizations.organization(row),
                        Role.named(row.getString("role")).orElseThrow()))
                .findOne();
    }

    private static Invite invite(ResultSet row) throws SQLException {
        return new Invite(
                Objects.requireNonNull(row.getObject("id", UUID.class), "id is null"),
                row.getString("email"),
                Role.named(row.getString("role")).orElseThrow(),
                AccountRows.presentInstant(row, "expires"));
    }

    private record Found(Organization organization, Role role) {}
}
