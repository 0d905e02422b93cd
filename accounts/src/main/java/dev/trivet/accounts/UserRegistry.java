package dev.trivet.accounts;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Users with all that belongs to them, each change in one transaction in which the caller may write rows of its own. Addresses are unique
 * among those that are set here. Each method may throw {@link dev.trivet.store.DatabaseUnavailableException}; those that change something
 * throw {@link AccountException} when they refuse. Thread-safe.
 */
public final class UserRegistry {
    /** Key of the advisory lock under which addresses are compared; an arbitrary constant. */
    private static final long LOCK = 0x7472762d656d61L;

    private final Database database;
    private final AccountStore store;
    private final InstantSource clock;
    private final VerifiedTokens verified;

    UserRegistry(Database database, AccountStore store, InstantSource clock, VerifiedTokens verified) {
        this.database = database;
        this.store = store;
        this.clock = clock;
        this.verified = verified;
    }

    /**
     * A user to be.
     *
     * @param displayName what people call it, or null
     * @param passwordHash of {@link Passwords}, or null for none
     */
    public record Fresh(
            String username,
            String email,
            @Nullable String displayName,
            @Nullable String passwordHash,
            boolean administrator) {}

    /**
     * What becomes different; null for what stays.
     *
     * @param keptToken of the one session that a new password does not end
     */
    public record Change(
            @Nullable String email,
            @Nullable String displayName,
            @Nullable String passwordHash,
            @Nullable Boolean administrator,
            @Nullable Boolean suspended,
            @Nullable Long keptToken) {}

    /** The user of this id. */
    public Optional<User> byUid(UUID uid) {
        return database.read(handle -> UserRows.byUid(handle, uid));
    }

    /** Creates a user. */
    public User create(Fresh fresh, BiConsumer<Handle, User> along) {
        return database.write(handle -> {
            User user = insert(handle, fresh);
            along.accept(handle, user);
            return user;
        });
    }

    /**
     * The user for whom another system vouches; created when it comes for the first time. Never one that exists for another reason, whatever
     * its name and address: a taken name gets a number, an address that is taken or none is replaced.
     *
     * @param provider the other system
     * @param subject what the other system never gives to somebody else
     * @param otherwise the address in place of such a one
     */
    public User vouchedFor(
            String provider, String subject, Fresh fresh, String otherwise, BiConsumer<Handle, User> along) {
        return database.write(handle -> {
            handle.execute("SELECT pg_advisory_xact_lock(?)", LOCK);
            Optional<User> known = UserRows.byIdentity(handle, provider, subject);
            if (known.isPresent()) {
                along.accept(handle, known.get());
                return known.get();
            }
            boolean usable = User.isEmail(fresh.email()) && !UserRows.addressTaken(handle, fresh.email(), 0);
            User user = insert(
                    handle,
                    new Fresh(
                            freeName(handle, fresh.username()),
                            usable ? fresh.email() : otherwise,
                            fresh.displayName(),
                            null,
                            false));
            UserRows.insertIdentity(handle, provider, subject, user.id());
            along.accept(handle, user);
            return user;
        });
    }

    /** Changes a user. Refused for the last administrator if it takes its power. A new password ends the user's other sessions. */
    public User change(long id, Change change, BiConsumer<Handle, User> along) {
        try {
            return database.write(handle -> {
                User before = existing(handle, id);
                if (Boolean.FALSE.equals(change.administrator()) || Boolean.TRUE.equals(change.suspended())) {
                    keepAnAdministrator(handle, before);
                }
                User after = apply(handle, before, change);
                along.accept(handle, after);
                return after;
            });
        } finally {
            verified.forgetAll();
        }
    }

    /** Deletes a user and what is only its own. Refused for the last administrator, and while builds belong to the user. */
    public void delete(long id, BiConsumer<Handle, User> along) {
        try {
            User _ = database.write(handle -> {
                User user = existing(handle, id);
                keepAnAdministrator(handle, user);
                along.accept(handle, user);
                store.deleteUser(handle, id);
                return user;
            });
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException sql && "23503".equals(sql.getSQLState())) {
                throw new AccountException(
                        Reason.IN_USE, "builds or other things still belong to this user; disable it instead");
            }
            throw e;
        } finally {
            verified.forgetAll();
        }
    }

    /**
     * Gives a user a token of this text, which should be hard to guess.
     *
     * @throws AccountException if there is such a token already
     */
    public Token addToken(long userId, String name, Grants grants, String text, BiConsumer<Handle, Token> along) {
        byte[] hash = Secret.hash(text);
        Instant now = clock.instant();
        return database.write(handle -> {
            if (store.findByHash(handle, hash).isPresent()) {
                throw new AccountException(Reason.TAKEN, "there is a token of this text already");
            }
            Token token = store.insertToken(handle, userId, name, hash, grants, false, TokenKind.PERSONAL, now, null);
            along.accept(handle, token);
            return token;
        });
    }

    /**
     * Sees to it that the user has a token of this text with exactly these grants, whatever became of it before.
     *
     * @throws AccountException if the text is that of a token for everything, which has another purpose
     */
    public void declareToken(long userId, String name, Grants grants, String text, BiConsumer<Handle, Long> along) {
        byte[] hash = Secret.hash(text);
        try {
            long _ = database.write(handle -> {
                Optional<Principal> known = store.findByHash(handle, hash).map(TokenOwner::principal);
                if (known.isPresent() && known.get().grants().isAll()) {
                    throw new AccountException(
                            Reason.TAKEN,
                            "it is a token of " + known.get().username() + " already; choose another text");
                }
                long id = known.map(Principal::tokenId)
                        .orElseGet(() -> store.insertToken(
                                        handle,
                                        userId,
                                        name,
                                        hash,
                                        grants,
                                        false,
                                        TokenKind.PERSONAL,
                                        clock.instant(),
                                        null)
                                .id());
                UserRows.declareToken(handle, id, userId, name, grants);
                along.accept(handle, id);
                return id;
            });
        } finally {
            verified.forgetAll();
        }
    }

    /** Makes a token not count any more. */
    public void endToken(long tokenId, BiConsumer<Handle, Long> along) {
        Instant now = clock.instant();
        try {
            long _ = database.write(handle -> {
                UserRows.endToken(handle, tokenId, now);
                along.accept(handle, tokenId);
                return tokenId;
            });
        } finally {
            verified.forgetAll();
        }
    }

    private User insert(Handle handle, Fresh fresh) {
        User.checkUsername(fresh.username());
        User.checkEmail(fresh.email());
        handle.execute("SELECT pg_advisory_xact_lock(?)", LOCK);
        refuseTakenAddress(handle, fresh.email(), 0);
        User user = store.insertUser(handle, fresh.username(), fresh.email(), fresh.administrator(), clock.instant())
                .orElseThrow(
                        () -> new AccountException(Reason.TAKEN, "there is a user " + fresh.username() + " already"));
        return apply(handle, user, new Change(null, fresh.displayName(), fresh.passwordHash(), null, null, null));
    }

    private User apply(Handle handle, User user, Change change) {
        String email = change.email();
        if (email != null && !email.equals(user.email())) {
            User.checkEmail(email);
            handle.execute("SELECT pg_advisory_xact_lock(?)", LOCK);
            refuseTakenAddress(handle, email, user.id());
        }
        UserRows.update(handle, user.id(), change, clock.instant());
        if (change.passwordHash() != null) {
            UserRows.endSessions(handle, user.id(), change.keptToken(), clock.instant());
        }
        return existing(handle, user.id());
    }

    private static void refuseTakenAddress(Handle handle, String email, long except) {
        if (UserRows.addressTaken(handle, email, except)) {
            throw new AccountException(Reason.TAKEN, "another user has the address " + email + " already");
        }
    }

    private String freeName(Handle handle, String wanted) {
        String name = wanted;
        for (int number = 2; UserRows.nameTaken(handle, name); number++) {
            name = wanted + "-" + number;
        }
        return name;
    }

    private void keepAnAdministrator(Handle handle, User user) {
        if (store.lockActiveAdministrators(handle).equals(List.of(user.id()))) {
            throw new AccountException(
                    Reason.LAST_ADMINISTRATOR,
                    user.username() + " is the last administrator; make another user one first");
        }
    }

    private User existing(Handle handle, long id) {
        return store.user(handle, id).orElseThrow(() -> new AccountException(Reason.NOT_FOUND, "user not found"));
    }
}
