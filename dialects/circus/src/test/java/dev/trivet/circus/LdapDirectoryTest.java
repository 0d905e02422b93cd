package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.SelfSignedCertificateGenerator;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.util.ObjectPair;
import com.unboundid.util.ssl.KeyStoreKeyManager;
import com.unboundid.util.ssl.SSLUtil;
import dev.trivet.circus.LdapDirectory.Answer;
import java.io.File;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions to a real directory, with and without TLS. */
class LdapDirectoryTest {
    private static final String TEMPLATE = "uid={username},dc=example,dc=org";

    @TempDir
    static Path directory;

    private static InMemoryDirectoryServer ldap;
    private static Path certificate;

    @BeforeAll
    static void start() throws Exception {
        ObjectPair<File, char[]> store =
                SelfSignedCertificateGenerator.generateTemporarySelfSignedCertificate("test", "PKCS12");
        store.getFirst().deleteOnExit();
        KeyStore keys = KeyStore.getInstance(store.getFirst(), store.getSecond());
        String alias = keys.aliases().nextElement();
        certificate = directory.resolve("ca.pem");
        Files.writeString(
                certificate,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(keys.getCertificate(alias).getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        var tls = new SSLUtil(new KeyStoreKeyManager(store.getFirst(), store.getSecond(), "PKCS12", alias), null);
        var config = new InMemoryDirectoryServerConfig("dc=example,dc=org");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("plain"),
                InMemoryListenerConfig.createLDAPSConfig("tls", tls.createSSLServerSocketFactory()));
        ldap = new InMemoryDirectoryServer(config);
        ldap.add("dn: dc=example,dc=org", "objectClass: domain", "dc: example");
        ldap.add(
                "dn: uid=mary\\, the first,dc=example,dc=org",
                "objectClass: inetOrgPerson",
                "cn: x",
                "sn: x",
                "uid: mary, the first",
                "userPassword: right");
        ldap.startListening();
    }

    @AfterAll
    static void stop() {
        ldap.shutDown(true);
    }

    private static Answer ask(String url, Optional<Path> trusted, String password) {
        return new LdapDirectory(new LdapSettings(url, TEMPLATE, trusted)).ask("Mary, the first", password);
    }

    private static String tls(String host) {
        return "ldaps://" + host + ":" + ldap.getListenPort("tls");
    }

    @Test
    void aPasswordIsRightOrNot() {
        String url = "ldap://127.0.0.1:" + ldap.getListenPort("plain");
        assertThat(ask(url, Optional.empty(), "right"))
                .isEqualTo(new Answer.Known("uid=mary\\, the first,dc=example,dc=org"));
        assertThat(ask(url, Optional.empty(), "wrong")).isEqualTo(new Answer.Rejected(49));
        assertThat(ask("ldap://127.0.0.1:1", Optional.empty(), "right")).isInstanceOf(Answer.Unreachable.class);
    }

    @Test
    void aDirectoryThatIsNotTrustedIsToldNothing() throws Exception {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        assertThat(ask(tls(host), Optional.of(certificate), "right")).isInstanceOf(Answer.Known.class);
        assertThat(ask(tls(host), Optional.empty(), "right"))
                .as("signed by nobody known")
                .isInstanceOf(Answer.Unreachable.class);
        assertThat(ask(tls("localhost"), Optional.of(certificate), "right"))
                .as("the certificate is another host's")
                .isInstanceOf(Answer.Unreachable.class);
        Path none = directory.resolve("none.pem");
        assertThat(ask(tls(host), Optional.of(none), "right")).isInstanceOf(Answer.Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mary", "a,b", "a\\b", "#a", "a+b", "<a>", "a;b", "\"a\"", "a=b", "(a)", "*", "\0", " a", "ä", "a/b"
            })
    void aNameStaysInItsPlace(String username) throws Exception {
        DN name = new DN("uid=" + LdapDirectory.escaped(username) + ",dc=example,dc=org");
        assertThat(name.getRDNs()).hasSize(3);
        assertThat(name.getRDN().getAttributeValues()).containsExactly(username);
        assertThat(LdapDirectory.escaped(username)).doesNotContain("(", ")", "*", ",", "=");
    }
}
