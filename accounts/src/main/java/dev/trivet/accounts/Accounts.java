package dev.trivet.accounts;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Users and their tokens. Every method may throw {@link dev.trivet.store.DatabaseUnavailableException}; those that change something throw
 * {@link AccountException} when they refuse. Thread-safe.
 */
public final class Accounts {
    /** What every token made here begins with, so that a leaked one is recognised. Further 43 letters and digits follow. */
    public static final String TOKEN_PREFIX = "trv_";

    /** A token's use is noted at most this often. */
    static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private static final int LONGEST_TOKEN = 4096;
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_DISPLAY_NAME = 255;

    private final Database database;
    private final InstantSource clock;
    private final AccountStore store = new AccountStore();
    private final VerifiedTokens verified = new VerifiedTokens();
    private final SecureRandom random = new SecureRandom();
    private final RunnerTokens runnerTokens;

    public Accounts(Database database, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.runnerTokens = new RunnerTokens(database, clock);
    }

    /**
     * Tells what a token text is. How long it takes says nothing about how much of a guessed text is right: texts are only compared by their
     * hashes. A token that was good less than 5 s ago is not looked up again, unless a user or token was changed here since.
     */
    public Authentication authenticate(String tokenText) {
        if (tokenText.length() > LONGEST_TOKEN) {
            return new Authentication.Unknown();
        }
        byte[] hash = Secret.hash(tokenText);
        Instant now = clock.instant();
        Optional<Principal> known = verified.find(hash, now);
        if (known.isPresent()) {
            return new Authentication.Authenticated(known.get());
        }
        long readAt = verified.generation();
        Optional<TokenOwner> found = database.read(handle -> store.findByHash(handle, hash));
        if (found.isEmpty()) {
            return new Authentication.Unknown();
        }
        TokenOwner owner = found.get();
        Authentication result = owner.at(now);
        if (result instanceof Authentication.Authenticated(Principal principal)) {
            noteUse(owner, now);
            verified.put(hash, principal, owner.expires(), now, readAt);
        }
        return result;
    }

    private void noteUse(TokenOwner owner, Instant now) {
        Instant noted = owner.lastUsed();
        Instant unlessAfter = now.minus(USE_NOTED_EVERY);
        if (noted == null || !noted.isAfter(unlessAfter)) {
            change(handle -> store.touch(handle, owner.principal().tokenId(), now, unlessAfter));
        }
    }

    /** Users with all that belongs to them. */
    public UserRegistry registry() {
        return new UserRegistry(database, store, clock, verified);
    }

    /** The credentials of remote runners. */
    public RunnerTokens runnerTokens() {
        return runnerTokens;
    }

    /** Creates a user. */
    public User createUser(String username, String email, boolean administrator) {
        User.checkUsername(username);
        User.checkEmail(email);
        Instant now = clock.instant();
        return database.write(handle -> store.insertUser(handle, username, email, administrator, now))
                .orElseThrow(() -> new AccountException(Reason.TAKEN, "there is a user " + username + " already"));
    }

    /** All users, by name. */
    public List<User> users() {
        return database.read(store::users);
    }

    /** The user of this name. */
    public Optional<User> user(String username) {
        return database.read(handle -> store.user(handle, username));
    }

    /** The user of this number. */
    public Optional<User> user(long id) {
        return database.read(handle -> store.user(handle, id));
    }

    /** The users of these numbers, by number; those that do not exist are left out. */
    public Map<Long, User> users(Collection<Long> ids) {
        return database.read(handle -> store.users(handle, ids)).stream()
                .collect(Collectors.toMap(User::id, user -> user));
    }

    /** Makes none of the user's tokens count, from now on. Refused for the last administrator. */
    public void suspend(String username) {
        Instant now = clock.instant();
        withUser(username, true, (handle, id) -> store.suspend(handle, id, now));
    }

    /** Makes the user's tokens count again. */
    public void reinstate(String username) {
        withUser(username, false, (handle, id) -> store.suspend(handle, id, null));
    }

    /** Makes the user an administrator, or not one any more. Refused for the last. */
    public void setAdministrator(String username, boolean administrator) {
        withUser(username, !administrator, (handle, id) -> store.setAdministrator(handle, id, administrator));
    }

    /**
     * Says what people call the user.
     *
     * @param name 1 to 255 characters, spaces at its ends do not count
     */
    public User rename(String username, String name) {
        String plain = name.strip();
        if (plain.isEmpty() || plain.length() > LONGEST_DISPLAY_NAME) {
            throw new AccountException(
                    Reason.BAD_INPUT, "a name should have 1 to " + LONGEST_DISPLAY_NAME + " characters");
        }
        withUser(username, false, (handle, id) -> store.rename(handle, id, plain));
        return user(username).orElseThrow(() -> new AccountException(Reason.NOT_FOUND, "there is no user " + username));
    }

    /** Deletes the user and its tokens. Refused for the last administrator, and while something else belongs to the user. */
    public void delete(String username) {
        try {
            withUser(username, true, store::deleteUser);
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException sql && "23503".equals(sql.getSQLState())) {
                throw new AccountException(
                        Reason.IN_USE, "builds or other things still belong to " + username + "; suspend it instead");
            }
            throw e;
        }
    }

    /**
     * Creates a token.
     *
     * @param name what its owner calls it, 1 to 128 characters
     * @param expires until when it counts, or null for without end; must lie ahead
     * @return the token and its text, which cannot be had again
     */
    public NewToken createToken(String username, String name, Grants grants, @Nullable Instant expires) {
        return createToken(username, name, grants, expires, TOKEN_PREFIX);
    }

    /** The same with another beginning of its text, by which those who look for leaked secrets know it. */
    public NewToken createToken(String username, String name, Grants grants, @Nullable Instant expires, String prefix) {
        return createToken(username, name, grants, expires, prefix, TokenKind.PERSONAL);
    }

    /** Creates the token of somebody who signed in. */
    public NewToken createSession(String username, Grants grants, Instant expires) {
        return createToken(username, "session", grants, expires, "", TokenKind.SESSION);
    }

    private NewToken createToken(
            String username, String name, Grants grants, @Nullable Instant expires, String prefix, TokenKind kind) {
        Instant now = clock.instant();
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new AccountException(Reason.BAD_INPUT, "a token's name is 1 to " + LONGEST_NAME + " characters");
        }
        if (expires != null && !expires.isAfter(now)) {
            throw new AccountException(Reason.BAD_INPUT, "the token would have expired already, at " + expires);
        }
        String text = prefix + Secret.random(random);
        Token token = database.write(handle -> {
            long user = existing(handle, username).id();
            return store.insertToken(handle, user, name, Secret.hash(text), grants, false, kind, now, expires);
        });
        return new NewToken(token, text);
    }

    /** The user's tokens, oldest first, those that do not count any more included. */
    public List<Token> tokens(String username) {
        return database.read(
                handle -> store.tokens(handle, existing(handle, username).id()));
    }

    /** Makes a token of the user not count any more: on this server at once, on others within 5 s. */
    public void revokeToken(String username, long tokenId) {
        Instant now = clock.instant();
        withUser(username, false, (handle, id) -> {
            if (!store.revoke(handle, id, tokenId, now)) {
                throw new AccountException(Reason.NOT_FOUND, username + " has no token " + tokenId);
            }
        });
    }

    /**
     * Sees to it that there is a first administrator with a token: the configured one, or else the one in the file, or else a new one that is
     * kept in the file (mode 600). There is one such token at a time; another one in its place ends it. Starting again changes nothing.
     *
     * @param configured the text of the token, whatever it is, if configuration sets it; the file is removed then
     * @param file where a generated token is kept
     * @throws IOException if the file cannot be read or written
     * @throws AccountException if the text cannot be a token
     */
    public AdministratorToken bootstrapAdministrator(Optional<String> configured, Path file) throws IOException {
        try {
            return new AdministratorBootstrap(database, store, random, clock).run(configured, file);
        } finally {
            verified.forgetAll();
        }
    }

    private User existing(Handle handle, String username) {
        return store.user(handle, username)
                .orElseThrow(() -> new AccountException(Reason.NOT_FOUND, "there is no user " + username));
    }

    private void withUser(String username, boolean losesPower, ObjLongConsumer<Handle> action) {
        change(handle -> {
            User user = existing(handle, username);
            if (losesPower && store.lockActiveAdministrators(handle).equals(List.of(user.id()))) {
                throw new AccountException(
                        Reason.LAST_ADMINISTRATOR,
                        username + " is the last administrator; make another user one first (trivet user promote)");
            }
            action.accept(handle, user.id());
        });
        verified.forgetAll();
    }

    private void change(HandleConsumer<RuntimeException> action) {
        Object _ = database.write(handle -> {
            action.useHandle(handle);
            return true;
        });
    }
}
