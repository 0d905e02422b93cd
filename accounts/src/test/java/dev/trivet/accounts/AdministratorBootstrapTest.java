package dev.trivet.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.store.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AdministratorBootstrapTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(AccountStore.MIGRATIONS);

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();
    private Path file;

    @BeforeEach
    void empty() {
        file = directory.resolve("data").resolve("admin-token");
        DATABASE.database().jdbi().useHandle(handle -> handle.execute("TRUNCATE accounts.users CASCADE"));
    }

    /** As a start of the server. */
    private Accounts started() {
        return new Accounts(DATABASE.database(), clock);
    }

    private static boolean administers(Accounts accounts, String text) {
        return accounts.authenticate(text) instanceof Authentication.Authenticated(Principal principal)
                && principal.mayAdminister();
    }

    @Test
    void generatesOnceAndKeeps() throws Exception {
        Accounts first = started();
        AdministratorToken token = first.bootstrapAdministrator(Optional.empty(), file);
        assertThat(token).isInstanceOf(AdministratorToken.Generated.class);
        String text = ((AdministratorToken.Generated) token).text();
        assertThat(token.toString()).doesNotContain(text);
        assertThat(Files.readString(file)).isEqualTo(text + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(administers(first, text)).isTrue();

        Accounts second = started();
        assertThat(second.bootstrapAdministrator(Optional.empty(), file)).isEqualTo(new AdministratorToken.Kept(file));
        assertThat(administers(second, text)).isTrue();
        assertThat(second.users()).hasSize(1);
        assertThat(second.tokens("admin")).hasSize(1);
    }

    @Test
    void takesTheConfiguredTextWhateverItIs() throws Exception {
        for (String text :
                new String[] {"s3cret", "x", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~", "deadbeefdeadbeefdeadbeefdeadbeef"}) {
            Accounts accounts = started();
            assertThat(accounts.bootstrapAdministrator(Optional.of(text), file))
                    .isEqualTo(new AdministratorToken.Configured());
            assertThat(administers(accounts, text)).isTrue();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void replacesTheConfiguredText() throws Exception {
        started().bootstrapAdministrator(Optional.of("old-token"), file);
        Accounts accounts = started();
        accounts.bootstrapAdministrator(Optional.of("new-token"), file);
        assertThat(administers(accounts, "new-token")).isTrue();
        assertThat(accounts.authenticate("old-token")).isInstanceOf(Authentication.Revoked.class);

        accounts.bootstrapAdministrator(Optional.of("old-token"), file);
        assertThat(administers(accounts, "old-token")).isTrue();
        assertThat(administers(accounts, "new-token")).isFalse();
        assertThat(accounts.users()).hasSize(1);
    }

    @Test
    void configurationAndFileReplaceEachOther() throws Exception {
        Accounts accounts = started();
        var generated = (AdministratorToken.Generated) accounts.bootstrapAdministrator(Optional.empty(), file);
        accounts.bootstrapAdministrator(Optional.of("configured"), file);
        assertThat(administers(accounts, generated.text())).isFalse();
        assertThat(file).doesNotExist();
        var again = (AdministratorToken.Generated) accounts.bootstrapAdministrator(Optional.empty(), file);
        assertThat(administers(accounts, "configured")).isFalse();
        assertThat(administers(accounts, again.text())).isTrue();
    }

    @Test
    void aNewDatabaseTakesTheKeptFile() throws Exception {
        var generated = (AdministratorToken.Generated) started().bootstrapAdministrator(Optional.empty(), file);
        Accounts elsewhere = new Accounts(DATABASE.another(), clock);
        assertThat(elsewhere.bootstrapAdministrator(Optional.empty(), file))
                .isInstanceOf(AdministratorToken.Kept.class);
        assertThat(administers(elsewhere, generated.text())).isTrue();
    }

    @Test
    void aRevokedFileTokenStaysRevokedButConfigurationInsists() throws Exception {
        Accounts accounts = started();
        var generated = (AdministratorToken.Generated) accounts.bootstrapAdministrator(Optional.empty(), file);
        accounts.revokeToken("admin", accounts.tokens("admin").getFirst().id());
        accounts.bootstrapAdministrator(Optional.empty(), file);
        assertThat(administers(accounts, generated.text())).isFalse();
        accounts.bootstrapAdministrator(Optional.of(generated.text()), file);
        assertThat(administers(accounts, generated.text())).isTrue();
    }

    @Test
    void closesAFileThatOthersCanRead() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "handmade-token\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Accounts accounts = started();
        accounts.bootstrapAdministrator(Optional.empty(), file);
        assertThat(administers(accounts, "handmade-token")).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesWhatCannotBeSent() throws Exception {
        for (String text : new String[] {"", " ", "two words", "tab\there", "line\nbreak", "ümlaut"}) {
            assertThatThrownBy(() -> started().bootstrapAdministrator(Optional.of(text), file))
                    .isInstanceOf(AccountException.class)
                    .hasMessageContaining("TRIVET_ADMIN_TOKEN");
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        assertThatThrownBy(() -> started().bootstrapAdministrator(Optional.empty(), file))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void takesNoTokenFromSomebodyElse() throws Exception {
        Accounts accounts = started();
        accounts.createUser("alice", "alice@example.org", false);
        NewToken ofAlice = accounts.createToken("alice", "laptop", Grants.parse("srht/jobs:read"), null);
        assertThatThrownBy(() -> accounts.bootstrapAdministrator(Optional.of(ofAlice.text()), file))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("alice");
        assertThat(administers(accounts, ofAlice.text())).isFalse();
    }

    @Test
    void doesNotPromoteAnAdminThatIsNone() {
        Accounts accounts = started();
        accounts.createUser("admin", "admin@example.org", false);
        assertThatThrownBy(() -> accounts.bootstrapAdministrator(Optional.of("x"), file))
                .isInstanceOf(AccountException.class);
        assertThat(accounts.authenticate("x")).isEqualTo(new Authentication.Unknown());
    }

    @Test
    void manyServersStartAtOnce() {
        IntStream.range(0, 8).parallel().forEach(i -> {
            try {
                started().bootstrapAdministrator(Optional.of("shared-token"), directory.resolve("token-" + i));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(administers(started(), "shared-token")).isTrue();
        assertThat(started().tokens("admin")).hasSize(1);
    }
}
