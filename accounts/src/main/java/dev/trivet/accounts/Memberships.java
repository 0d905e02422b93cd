package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Who is in an organization, under its role policy (spec harmont sections 1.4 and 2.5). Thread-safe. */
public final class Memberships {
    private static final String MEMBERS = """
            SELECT m.user_id, u.uid, u.email, u.display_name, m.role
            FROM accounts.members m JOIN accounts.users u ON u.id = m.user_id WHERE m.organization_id = :organization
            """;

    private final Database database;

    public Memberships(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** All members, who came first first. */
    public List<Member> members(long organizationId) {
        return database.read(handle -> handle.createQuery(MEMBERS + " ORDER BY m.created, m.user_id")
                .bind("organization", organizationId)
                .map((row, context) -> member(row))
                .list());
    }

    /**
     * Gives a member another role.
     *
     * @param by the role of who does it
     * @param uid of the member; null is nobody
     * @throws AccountException {@code INSUFFICIENT_ROLE}, {@code NOT_FOUND} or {@code LAST_OWNER}, looked for in this order
     */
    public Member change(long organizationId, Role by, @Nullable UUID uid, Role role) {
        requireManager(by);
        return database.write(handle -> {
            Member member = locked(handle, organizationId, uid);
            requireOwner(by, member.role() == Role.OWNER || role == Role.OWNER);
            if (role != Role.OWNER) {
                keepAnOwner(handle, organizationId, member);
            }
            handle.createUpdate(
                            "UPDATE accounts.members SET role = :role WHERE organization_id = :organization AND user_id = :user")
                    .bind("role", role.wireName())
                    .bind("organization", organizationId)
                    .bind("user", member.userId())
                    .execute();
            return new Member(member.userId(), member.uid(), member.email(), member.name(), role);
        });
    }

    /** Takes a member out; refused as {@link #change}. */
    public void remove(long organizationId, Role by, @Nullable UUID uid) {
        requireManager(by);
        Object _ = database.write(handle -> {
            Member member = locked(handle, organizationId, uid);
            requireOwner(by, member.role() == Role.OWNER);
            keepAnOwner(handle, organizationId, member);
            return handle.createUpdate(
                            "DELETE FROM accounts.members WHERE organization_id = :organization AND user_id = :user")
                    .bind("organization", organizationId)
                    .bind("user", member.userId())
                    .execute();
        });
    }

    static void requireManager(Role by) {
        if (!by.manages()) {
            throw new AccountException(
                    Reason.INSUFFICIENT_ROLE, "only owners and admins of the organization may do this, not members");
        }
    }

    private static void requireOwner(Role by, boolean concernsOwners) {
        if (concernsOwners && by != Role.OWNER) {
            throw new AccountException(Reason.INSUFFICIENT_ROLE, "only an owner may make, change or remove owners");
        }
    }

    private static Member locked(Handle handle, long organizationId, @Nullable UUID uid) {
        // The organization's row orders those who change its members: two owners cannot remove each other.
        handle.createQuery("SELECT id FROM accounts.organizations WHERE id = :id FOR UPDATE")
                .bind("id", organizationId)
                .mapTo(Long.class)
                .one();
        Optional<Member> found = uid == null
                ? Optional.empty()
                : handle.createQuery(MEMBERS + " AND u.uid = :uid")
                        .bind("organization", organizationId)
                        .bind("uid", uid)
                        .map((row, context) -> member(row))
                        .findOne();
        return found.orElseThrow(() -> new AccountException(Reason.NOT_FOUND, "the organization has no such member"));
    }

    private static void keepAnOwner(Handle handle, long organizationId, Member member) {
        long owners = handle.createQuery(
                        "SELECT count(*) FROM accounts.members WHERE organization_id = :id AND role = 'owner'")
                .bind("id", organizationId)
                .mapTo(Long.class)
                .one();
        if (member.role() == Role.OWNER && owners == 1) {
            throw new AccountException(
                    Reason.LAST_OWNER, "this is the last owner of the organization; make another member one first");
        }
    }

    static boolean insert(Handle handle, long organizationId, long userId, Role role, Instant now) {
        return handle.createUpdate("""
                                INSERT INTO accounts.members (organization_id, user_id, role, created)
                                VALUES (:organization, :user, :role, :now) ON CONFLICT DO NOTHING""")
                        .bind("organization", organizationId)
                        .bind("user", userId)
                        .bind("role", role.wireName())
                        .bind("now", utc(now))
                        .execute()
                == 1;
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                row.getLong("user_id"),
                Objects.requireNonNull(row.getObject("uid", UUID.class), "uid is null"),
                row.getString("email"),
                row.getString("display_name"),
                Role.named(row.getString("role")).orElseThrow());
    }
}
