package dev.trivet.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(AccountStore.MIGRATIONS);

    private final SettableClock clock = new SettableClock();
    private Database database;
    private Accounts accounts;

    @BeforeEach
    void empty() {
        database = DATABASE.database();
        database.jdbi().useHandle(handle -> handle.execute("TRUNCATE accounts.users CASCADE"));
        accounts = new Accounts(database, clock);
        accounts.createUser("root", "root@example.org", true);
        accounts.createUser("alice", "alice@example.org", false);
    }

    @Test
    void authenticatesAToken() {
        NewToken created = accounts.createToken("alice", "laptop", Grants.parse("srht/jobs:write"), null);
        assertThat(created.text()).matches("trv_[0-9A-Za-z]{43}").matches("^[0-9a-zA-Z_+/]{33,}$");
        assertThat(created.toString()).doesNotContain(created.text());
        assertThat(accounts.authenticate(created.text()))
                .isInstanceOfSatisfying(Authentication.Authenticated.class, known -> {
                    assertThat(known.principal().username()).isEqualTo("alice");
                    assertThat(known.principal().canonicalName()).isEqualTo("~alice");
                    assertThat(known.principal().grants()).hasToString("srht/jobs:write");
                    assertThat(known.principal().mayAdminister()).isFalse();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "trv_", "nonsense", "' OR 1=1 --", "\u0000", "日本"})
    void doesNotKnowOthers(String text) {
        assertThat(accounts.authenticate(text)).isEqualTo(new Authentication.Unknown());
        assertThat(accounts.authenticate(text + "x".repeat(100_000))).isEqualTo(new Authentication.Unknown());
    }

    @Test
    void storesNoText() {
        NewToken created = accounts.createToken("alice", "laptop", Grants.ALL, null);
        String dump = database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT t::text FROM accounts.tokens t")
                        .mapTo(String.class)
                        .one());
        assertThat(dump)
                .doesNotContain(created.text())
                .doesNotContain(created.text().substring(4))
                .contains(HexFormat.of().formatHex(Secret.hash(created.text())));
    }

    @Test
    void revokesAtOnceEvenIfJustUsed() {
        NewToken created = accounts.createToken("alice", "laptop", Grants.ALL, null);
        assertThat(accounts.authenticate(created.text())).isInstanceOf(Authentication.Authenticated.class);
        accounts.revokeToken("alice", created.token().id());
        assertThat(accounts.authenticate(created.text())).isEqualTo(new Authentication.Revoked(clock.instant()));
        clock.advance(Duration.ofHours(1));
        accounts.revokeToken("alice", created.token().id());
        assertThat(accounts.tokens("alice").getFirst().revoked())
                .isEqualTo(clock.instant().minus(Duration.ofHours(1)));
    }

    @Test
    void seesARevocationOfAnotherServerWithinFiveSeconds() {
        Accounts other = new Accounts(database, clock);
        NewToken created = accounts.createToken("alice", "laptop", Grants.ALL, null);
        assertThat(accounts.authenticate(created.text())).isInstanceOf(Authentication.Authenticated.class);
        other.revokeToken("alice", created.token().id());
        clock.advance(Duration.ofSeconds(5));
        assertThat(accounts.authenticate(created.text())).isInstanceOf(Authentication.Revoked.class);
    }

    @Test
    void doesNotRememberWhatWasReadBeforeAChange() {
        VerifiedTokens verified = new VerifiedTokens();
        Principal alice = new Principal(1, "alice", "a@b", false, 1, Grants.ALL);
        byte[] hash = Secret.hash("x");
        long readAt = verified.generation();
        verified.forgetAll();
        verified.put(hash, alice, null, clock.instant(), readAt);
        assertThat(verified.find(hash, clock.instant())).isEmpty();
        verified.put(hash, alice, null, clock.instant(), verified.generation());
        assertThat(verified.find(hash, clock.instant())).contains(alice);
        assertThat(verified.find(hash, clock.instant().minusSeconds(1))).isEmpty();
    }

    @Test
    void remembersABoundedNumber() {
        VerifiedTokens verified = new VerifiedTokens();
        Principal alice = new Principal(1, "alice", "a@b", false, 1, Grants.ALL);
        for (int i = 0; i < 10_001; i++) {
            verified.put(Secret.hash("t" + i), alice, null, clock.instant(), verified.generation());
        }
        assertThat(verified.find(Secret.hash("t0"), clock.instant())).isEmpty();
        assertThat(verified.find(Secret.hash("t1"), clock.instant())).isPresent();
    }

    @Test
    void expiresToTheInstant() {
        var expires = clock.instant().plusSeconds(3);
        NewToken created = accounts.createToken("alice", "short", Grants.ALL, expires);
        assertThat(accounts.authenticate(created.text())).isInstanceOf(Authentication.Authenticated.class);
        clock.advance(Duration.ofSeconds(3));
        assertThat(accounts.authenticate(created.text())).isEqualTo(new Authentication.Expired(expires));
        assertThatThrownBy(() -> accounts.createToken("alice", "past", Grants.ALL, expires))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_INPUT));
    }

    @Test
    void notesUseOnceAMinute() {
        NewToken created = accounts.createToken("alice", "laptop", Grants.ALL, null);
        var first = clock.instant();
        accounts.authenticate(created.text());
        assertThat(accounts.tokens("alice").getFirst().lastUsed()).isEqualTo(first);
        clock.advance(Duration.ofSeconds(59));
        accounts.authenticate(created.text());
        assertThat(accounts.tokens("alice").getFirst().lastUsed()).isEqualTo(first);
        clock.advance(Duration.ofSeconds(6));
        accounts.authenticate(created.text());
        assertThat(accounts.tokens("alice").getFirst().lastUsed()).isEqualTo(clock.instant());
    }

    @Test
    void suspendsAndReinstates() {
        NewToken created = accounts.createToken("alice", "laptop", Grants.ALL, null);
        accounts.authenticate(created.text());
        accounts.suspend("alice");
        assertThat(accounts.authenticate(created.text())).isEqualTo(new Authentication.Suspended("alice"));
        assertThat(accounts.user("alice").orElseThrow().isSuspended()).isTrue();
        accounts.reinstate("alice");
        assertThat(accounts.authenticate(created.text())).isInstanceOf(Authentication.Authenticated.class);
    }

    @Test
    void deletesAUserWithTheirTokens() {
        NewToken created = accounts.createToken("alice", "laptop", Grants.ALL, null);
        accounts.authenticate(created.text());
        accounts.delete("alice");
        assertThat(accounts.authenticate(created.text())).isEqualTo(new Authentication.Unknown());
        assertThat(accounts.users()).extracting(User::username).containsExactly("root");
    }

    @Test
    void keepsAUserThatStillOwnsSomething() {
        database.jdbi().useHandle(handle -> {
            handle.execute("CREATE TABLE IF NOT EXISTS things (owner bigint REFERENCES accounts.users)");
            handle.execute("INSERT INTO things SELECT id FROM accounts.users WHERE username = 'alice'");
        });
        try {
            assertThatThrownBy(() -> accounts.delete("alice")).isInstanceOfSatisfying(AccountException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.IN_USE);
                assertThat(e).hasMessageContaining("suspend");
            });
        } finally {
            database.jdbi().useHandle(handle -> handle.execute("DROP TABLE things"));
        }
    }

    @Test
    void keepsTheLastAdministrator() {
        for (Runnable loss : List.<Runnable>of(
                () -> accounts.suspend("root"),
                () -> accounts.delete("root"),
                () -> accounts.setAdministrator("root", false))) {
            assertThatThrownBy(loss::run)
                    .isInstanceOfSatisfying(
                            AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LAST_ADMINISTRATOR));
        }
        accounts.setAdministrator("alice", true);
        accounts.suspend("root");
        assertThatThrownBy(() -> accounts.suspend("alice")).isInstanceOf(AccountException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~alice", "al ice", "alice\n", "a/b", "ä"})
    void refusesBadNames(String username) {
        assertThatThrownBy(() -> accounts.createUser(username, "a@example.org", false))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_INPUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "@", "a@", "a@b\r\nBcc: c@d", "a b@c", "a@b@c", "<a@b>"})
    void refusesBadAddresses(String email) {
        assertThatThrownBy(() -> accounts.createUser("bob", email, false))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_INPUT));
    }

    @Test
    void refusesATakenNameAndUnknownUsers() {
        assertThatThrownBy(() -> accounts.createUser("Alice", "a@example.org", false))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TAKEN));
        assertThatThrownBy(() -> accounts.createUser("alice", "a@example.org", false))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TAKEN));
        assertThatThrownBy(() -> accounts.createToken("nobody", "x", Grants.ALL, null))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        NewToken ofAlice = accounts.createToken("alice", "x", Grants.ALL, null);
        assertThatThrownBy(() -> accounts.revokeToken("root", ofAlice.token().id()))
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        assertThat(accounts.authenticate(ofAlice.text())).isInstanceOf(Authentication.Authenticated.class);
    }

    @Test
    void onlyAnUnrestrictedTokenOfAnAdministratorAdministers() {
        assertThat(principal(accounts.createToken("root", "all", Grants.ALL, null))
                        .mayAdminister())
                .isTrue();
        assertThat(principal(accounts.createToken("root", "some", Grants.parse("srht/*:write"), null))
                        .mayAdminister())
                .isFalse();
        assertThat(principal(accounts.createToken("alice", "all", Grants.ALL, null))
                        .mayAdminister())
                .isFalse();
    }

    private Principal principal(NewToken token) {
        return ((Authentication.Authenticated) accounts.authenticate(token.text())).principal();
    }
}
