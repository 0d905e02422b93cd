package dev.trivet.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.store.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SessionsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(AccountStore.MIGRATIONS);

    private static final Duration LIFETIME = Duration.ofHours(10);

    private final SettableClock clock = new SettableClock();
    private Accounts accounts;
    private Sessions sessions;
    private NewToken token;

    @BeforeEach
    void empty() {
        DATABASE.database().jdbi().useHandle(handle -> handle.execute("TRUNCATE accounts.users CASCADE"));
        accounts = new Accounts(DATABASE.database(), clock);
        sessions = new Sessions(DATABASE.database(), accounts, clock, LIFETIME);
        accounts.createUser("root", "root@example.org", true);
        accounts.createUser("alice", "alice@example.org", false);
        token = accounts.createToken("alice", "laptop", Grants.parse("srht/jobs:write"), null);
    }

    private SignIn.Opened signedIn() {
        return (SignIn.Opened) sessions.signIn(token.text());
    }

    @Test
    void opensASessionThatCanDoWhatItsTokenCan() {
        SignIn.Opened opened = signedIn();
        assertThat(opened.sessionId()).matches("[0-9A-Za-z]{43}");
        assertThat(opened.toString()).doesNotContain(opened.sessionId());
        Session session = sessions.find(opened.sessionId()).orElseThrow();
        assertThat(session.principal().username()).isEqualTo("alice");
        assertThat(session.principal().grants()).hasToString("srht/jobs:write");
        assertThat(session.csrfToken()).isEqualTo(opened.session().csrfToken()).isNotEqualTo(opened.sessionId());
        assertThat(signedIn().session().csrfToken()).isNotEqualTo(session.csrfToken());
    }

    @Test
    void refusesABadToken() {
        assertThat(sessions.signIn("nonsense")).isEqualTo(new SignIn.Refused(new Authentication.Unknown()));
        assertThat(sessions.find("nonsense")).isEmpty();
        assertThat(sessions.find("")).isEmpty();
        assertThat(sessions.find("x".repeat(10_000))).isEmpty();
    }

    @Test
    void storesNoId() {
        SignIn.Opened opened = signedIn();
        String dump = DATABASE.database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("SELECT s::text FROM accounts.sessions s")
                        .mapTo(String.class)
                        .one());
        assertThat(dump)
                .doesNotContain(opened.sessionId())
                .doesNotContain(opened.session().csrfToken());
    }

    @Test
    void lastsWhileItIsUsed() {
        String id = signedIn().sessionId();
        for (int i = 0; i < 5; i++) {
            clock.advance(LIFETIME.minusSeconds(1));
            assertThat(sessions.find(id)).isPresent();
        }
        clock.advance(LIFETIME);
        assertThat(sessions.find(id)).isEmpty();
        assertThat(sessions.purge()).isEqualTo(1);
        assertThat(sessions.purge()).isZero();
    }

    @Test
    void endsBySigningOut() {
        String id = signedIn().sessionId();
        String other = signedIn().sessionId();
        sessions.signOut(id);
        assertThat(sessions.find(id)).isEmpty();
        assertThat(sessions.find(other)).isPresent();
        sessions.signOut(id);
    }

    @Test
    void endsWithItsTokenAndItsUser() {
        String id = signedIn().sessionId();
        accounts.suspend("alice");
        assertThat(sessions.find(id)).isEmpty();
        accounts.reinstate("alice");
        assertThat(sessions.find(id)).isPresent();
        accounts.revokeToken("alice", token.token().id());
        assertThat(sessions.find(id)).isEmpty();
    }
}
