package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Organizations as their members see them: one that somebody is no member of does not exist for them. Every user has a personal one,
 * which is made when it is first looked for. Thread-safe.
 */
public final class Organizations {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_URL = 2048;
    private static final int MOST_SUFFIXES = 10_000;

    private final Database database;
    private final InstantSource clock;

    public Organizations(Database database, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** The organization of that slug, if the user is a member of it. */
    public Optional<Membership> find(String slug, User user) {
        Optional<Membership> found = database.read(handle -> find(handle, slug, user.id()));
        if (found.isPresent() || personal(user).isPresent()) {
            return found;
        }
        makePersonal(user);
        return database.read(handle -> find(handle, slug, user.id()));
    }

    /**
     * The user's organizations, oldest first.
     *
     * @param after created before or with this one are left out, or null
     */
    public List<Organization> page(User user, @Nullable Position after, int limit) {
        if (personal(user).isEmpty()) {
            makePersonal(user);
        }
        Instant since = after == null ? Instant.EPOCH : after.created();
        return database.read(handle -> handle.createQuery("""
                        SELECT o.* FROM accounts.organizations o JOIN accounts.members m ON m.organization_id = o.id
                        WHERE m.user_id = :user AND (o.created, o.id) > (:created, :id)
                        ORDER BY o.created, o.id LIMIT :limit""")
                .bind("user", user.id())
                .bind("created", utc(since))
                .bind("id", after == null ? 0 : after.id())
                .bind("limit", limit)
                .map((row, context) -> organization(row))
                .list());
    }

    /** The user's own organization. */
    public Organization requirePersonal(User user) {
        return personal(user).orElseGet(() -> makePersonal(user));
    }

    /**
     * Makes an organization; the user owns it.
     *
     * @throws AccountException if the name is blank or too long
     */
    public Organization create(User user, String name, @Nullable String url) {
        String plain = name.strip();
        if (plain.isEmpty()
                || plain.length() > LONGEST_NAME
                || Organization.slug(plain).isEmpty()) {
            throw new AccountException(
                    Reason.BAD_INPUT,
                    "name should have 1 to " + LONGEST_NAME + " characters, some of them letters or digits");
        }
        if (url != null && url.length() > LONGEST_URL) {
            throw new AccountException(Reason.BAD_INPUT, "url should have at most " + LONGEST_URL + " characters");
        }
        return database.write(handle -> insert(handle, user, plain, Organization.slug(plain), url, null));
    }

    private Optional<Organization> personal(User user) {
        return database.read(handle -> personal(handle, user));
    }

    private static Optional<Organization> personal(Handle handle, User user) {
        return handle.createQuery("SELECT * FROM accounts.organizations WHERE personal_of = :user")
                .bind("user", user.id())
                .map((row, context) -> organization(row))
                .findOne();
    }

    private Organization makePersonal(User user) {
        String slug = Organization.slug(user.email().replace('@', '-'));
        return database.write(handle -> {
            // One at a time for each user, so that there cannot be two.
            handle.createQuery("SELECT id FROM accounts.users WHERE id = :id FOR UPDATE")
                    .bind("id", user.id())
                    .mapTo(Long.class)
                    .one();
            Optional<Organization> made = personal(handle, user);
            return made.orElseGet(
                    () -> insert(handle, user, user.nameForPeople(), slug.isEmpty() ? "user" : slug, null, user.id()));
        });
    }

    private Organization insert(
            Handle handle, User owner, String name, String slug, @Nullable String url, @Nullable Long personalOf) {
        Instant now = clock.instant();
        for (int number = 1; number <= MOST_SUFFIXES; number++) {
            Optional<Organization> made = handle.createQuery("""
                            INSERT INTO accounts.organizations (name, slug, url, personal_of, created)
                            VALUES (:name, :slug, :url, :personal, :now) ON CONFLICT (slug) DO NOTHING RETURNING *""")
                    .bind("name", name)
                    .bind("slug", number == 1 ? slug : slug + "-" + number)
                    .bind("url", url)
                    .bind("personal", personalOf)
                    .bind("now", utc(now))
                    .map((row, context) -> organization(row))
                    .findOne();
            if (made.isPresent()) {
                Memberships.insert(handle, made.get().id(), owner.id(), Role.OWNER, now);
                return made.get();
            }
        }
        throw new AccountException(
                Reason.TAKEN, "there are " + MOST_SUFFIXES + " organizations of this name already; choose another");
    }

    private static Optional<Membership> find(Handle handle, String slug, long userId) {
        return handle.createQuery("""
                        SELECT o.*, m.role FROM accounts.organizations o JOIN accounts.members m ON m.organization_id = o.id
                        WHERE o.slug = :slug AND m.user_id = :user""")
                .bind("slug", slug)
                .bind("user", userId)
                .map((row, context) -> new Membership(
                        organization(row), Role.named(row.getString("role")).orElseThrow()))
                .findOne();
    }

    static Organization organization(ResultSet row) throws SQLException {
        return new Organization(
                row.getLong("id"),
                row.getString("name"),
                row.getString("slug"),
                row.getString("url"),
                AccountRows.presentInstant(row, "created"));
    }

    /** Where a page of organizations ended. */
    public record Position(Instant created, long id) {}

    /** An organization and the role of who asked for it. */
    public record Membership(Organization organization, Role role) {}
}
