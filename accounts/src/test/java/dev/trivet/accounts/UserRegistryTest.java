package dev.trivet.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.accounts.UserRegistry.Change;
import dev.trivet.accounts.UserRegistry.Fresh;
import dev.trivet.store.TestDatabase;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UserRegistryTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(AccountStore.MIGRATIONS);

    private static final BiConsumer<Handle, Object> NOTHING_MORE = (handle, what) -> {};

    private final SettableClock clock = new SettableClock();
    private final Passwords passwords = new Passwords();
    private Accounts accounts;
    private UserRegistry registry;
    private PasswordSignIn signIn;

    @BeforeEach
    void empty() {
        DATABASE.database().jdbi().useHandle(handle -> handle.execute("TRUNCATE accounts.users CASCADE"));
        accounts = new Accounts(DATABASE.database(), clock);
        registry = accounts.registry();
        var sessions = new Sessions(DATABASE.database(), accounts, clock, Sessions.LIFETIME);
        signIn = new PasswordSignIn(DATABASE.database(), accounts, sessions, passwords, clock);
        accounts.createUser("root", "root@example.org", true);
    }

    private User create(String name, String password) {
        String hash = password.isEmpty() ? null : passwords.hash(password);
        return registry.create(new Fresh(name, name + "@example.org", null, hash, false), NOTHING_MORE::accept);
    }

    @Test
    void signsInWithThePasswordAndNoOther() {
        User alice = create("alice", "Correct-Horse-1");
        assertThat(signIn.signIn("alice", "Correct-Horse-1")).isInstanceOf(SignIn.Opened.class);
        assertThat(signIn.signIn("alice", "correct-horse-1")).isInstanceOf(SignIn.Refused.class);
        assertThat(signIn.signIn("alice", "x".repeat(2000))).isInstanceOf(SignIn.Refused.class);
        assertThat(signIn.signIn("nobody", "Correct-Horse-1")).isInstanceOf(SignIn.Refused.class);
        create("bob", "");
        assertThat(signIn.signIn("bob", "")).isInstanceOf(SignIn.Refused.class);
        registry.change(alice.id(), new Change(null, null, null, null, true, null), NOTHING_MORE::accept);
        assertThat(signIn.signIn("alice", "Correct-Horse-1"))
                .isEqualTo(new SignIn.Refused(new Authentication.Suspended("alice")));
    }

    @Test
    void storesArgon2idWithASaltOfItsOwn() {
        assertThat(passwords.hash("x"))
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$")
                .isNotEqualTo(passwords.hash("x"));
    }

    @Test
    void whatSigningInLeavesBehindIsRemoved() {
        User alice = create("alice", "");
        accounts.createToken("alice", "laptop", Grants.ALL, clock.instant().plusSeconds(1));
        signIn.open(alice);
        clock.advance(PasswordSignIn.LIFETIME.multipliedBy(3));
        signIn.open(alice);
        assertThat(accounts.tokens("alice")).extracting(Token::name).containsExactly("laptop", "session");
    }

    @Test
    void aNewPasswordEndsTheOtherSessions() {
        User alice = create("alice", "Correct-Horse-1");
        var kept = (SignIn.Opened) signIn.open(alice);
        var ended = (SignIn.Opened) signIn.open(alice);
        var sessions = new Sessions(DATABASE.database(), accounts, clock, Sessions.LIFETIME);
        long token = kept.session().principal().tokenId();
        registry.change(
                alice.id(), new Change(null, null, passwords.hash("new"), null, null, token), NOTHING_MORE::accept);
        assertThat(sessions.find(kept.sessionId())).isPresent();
        assertThat(sessions.find(ended.sessionId())).isEmpty();
    }

    @Test
    void nobodyIsTakenForAnotherBecauseOfANameOrAnAddress() {
        User alice = create("alice", "");
        Fresh same = new Fresh("Alice", "ALICE@example.org", null, null, false);
        User vouched = registry.vouchedFor("ldap", "uid=alice", same, "alice@ldap.local", NOTHING_MORE::accept);
        assertThat(vouched.id()).isNotEqualTo(alice.id());
        assertThat(vouched.username()).isEqualTo("Alice-2");
        assertThat(vouched.email()).isEqualTo("alice@ldap.local");
        assertThat(registry.vouchedFor("ldap", "uid=alice", same, "x@y", NOTHING_MORE::accept))
                .isEqualTo(vouched);
        assertThatThrownBy(() ->
                        registry.create(new Fresh("bob", "Alice@example.org", null, null, false), NOTHING_MORE::accept))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TAKEN));
    }

    @Test
    void theLastAdministratorStays() {
        long root = accounts.user("root").orElseThrow().id();
        assertThatThrownBy(() -> registry.delete(root, NOTHING_MORE::accept)).isInstanceOf(AccountException.class);
        assertThatThrownBy(() ->
                        registry.change(root, new Change(null, null, null, false, null, null), NOTHING_MORE::accept))
                .isInstanceOf(AccountException.class);
        User alice = create("alice", "");
        registry.change(alice.id(), new Change(null, null, null, true, null, null), NOTHING_MORE::accept);
        registry.delete(root, NOTHING_MORE::accept);
        assertThat(accounts.users()).extracting(User::username).containsExactly("alice");
    }

    @Test
    void aTokenOfAGivenTextCountsUntilItIsEnded() {
        User alice = create("alice", "");
        Token token = registry.addToken(alice.id(), "ci", Grants.ALL, "circus_0123", NOTHING_MORE::accept);
        assertThat(accounts.authenticate("circus_0123")).isInstanceOf(Authentication.Authenticated.class);
        assertThatThrownBy(() -> registry.addToken(alice.id(), "ci", Grants.ALL, "circus_0123", NOTHING_MORE::accept))
                .isInstanceOf(AccountException.class);
        registry.endToken(token.id(), NOTHING_MORE::accept);
        assertThat(accounts.authenticate("circus_0123")).isInstanceOf(Authentication.Revoked.class);
    }
}
