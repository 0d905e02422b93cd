package dev.trivet.notify.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.trivet.notify.Outcome;
import dev.trivet.notify.Outcome.Again;
import dev.trivet.notify.Outcome.Delivered;
import dev.trivet.notify.Outcome.Refused;
import dev.trivet.notify.mail.MailServer.Encryption;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** E-mail to a real SMTP server. */
class MailerTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String PASSWORD = "pass-word-42";

    @TempDir
    static Path directory;

    private final Mailer mailer = new Mailer(() -> NOW);
    private GreenMail post;

    @BeforeEach
    void start() {
        post = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        post.start();
    }

    @AfterEach
    void stop() {
        post.stop();
    }

    private int port() {
        return post.getSmtp().getPort();
    }

    private MailServer open() {
        return server(port(), Optional.empty(), Encryption.NONE, Optional.empty(), true);
    }

    private static MailServer server(
            int port, Optional<String> user, Encryption encryption, Optional<Path> authorities, boolean trusted) {
        return new MailServer("localhost", port, user, user.map(_ -> PASSWORD), encryption, authorities, trusted);
    }

    private static MailMessage message(String to, String subject) {
        return new MailMessage(
                "trivet@ci.example.org", List.of(to), List.of(), subject, "Grüße\n.\nend\n", "id-1", Optional.empty());
    }

    private MimeMessage only() {
        assertThat(post.getReceivedMessages()).hasSize(1);
        return post.getReceivedMessages()[0];
    }

    @Test
    void aMessageSaysWhatItIs() throws Exception {
        Outcome outcome = mailer.send(
                open(),
                new MailMessage(
                        "trivet@ci.example.org",
                        List.of("ada@example.org"),
                        List.of("eve@example.org"),
                        "[circus] FAILURE - Käse (p)",
                        "Grüße\n.\nend\n",
                        "id-1",
                        Optional.of("<thread@example.org>")));
        assertThat(outcome).isInstanceOf(Delivered.class);
        assertThat(post.getReceivedMessages()).hasSize(2);
        MimeMessage got = post.getReceivedMessages()[0];
        assertThat(got.getSubject()).isEqualTo("[circus] FAILURE - Käse (p)");
        assertThat(got.getContent().toString().replace("\r\n", "\n").strip()).isEqualTo("Grüße\n.\nend");
        assertThat(got.getContentType()).containsIgnoringCase("text/plain").containsIgnoringCase("utf-8");
        assertThat(got.getHeader("Message-ID")).containsExactly("<id-1@ci.example.org>");
        assertThat(got.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(got.getHeader("In-Reply-To")).containsExactly("<thread@example.org>");
        assertThat(got.getHeader("From")).containsExactly("trivet@ci.example.org");
        assertThat(got.getHeader("To")).containsExactly("ada@example.org");
        assertThat(got.getHeader("Cc")).containsExactly("eve@example.org");
        assertThat(got.getSentDate().toInstant()).isEqualTo(NOW);
    }

    @Test
    void noHeaderCanBeInjected() throws Exception {
        assertThat(mailer.send(
                        open(),
                        message(
                                "ada@example.org",
                                "a\r\nBcc: eve@example.org\r\n\r\nbody\u2028\0x" + "y".repeat(2000))))
                .isInstanceOf(Delivered.class);
        MimeMessage got = only();
        assertThat(got.getHeader("Bcc")).isNull();
        assertThat(Collections.list(got.getAllHeaders()).stream().map(header -> header.getName()))
                .doesNotContain("Bcc");
        assertThat(got.getSubject()).startsWith("a Bcc: eve@example.org body x").hasSize(500);
        for (String to : List.of("ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org", "")) {
            assertThat(mailer.send(open(), message(to, "s"))).as(to).isInstanceOf(Refused.class);
        }
        var reply = new MailMessage(
                "trivet@ci.example.org",
                List.of("ada@example.org"),
                List.of(),
                "s",
                "t",
                "id-2",
                Optional.of("<a>\r\nBcc: eve@example.org"));
        assertThat(mailer.send(open(), reply)).isInstanceOf(Delivered.class);
        assertThat(post.getReceivedMessages()[1].getHeader("In-Reply-To")).isNull();
        assertThat(post.getReceivedMessages()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ada", "@example.org", "a@b\r\nc", "Ada <ada@example.org>", "a@b, c@d", "a b@example.org", ""})
    void notEverythingIsAnAddress(String text) {
        assertThat(Mailer.isAddress(text)).isFalse();
        assertThat(Mailer.isAddress("ada+ci@example.org")).isTrue();
    }

    @Test
    void aUserProvesWhoItIs() throws Exception {
        post.setUser("ada@example.org", "ada", PASSWORD);
        post.getUserManager().setAuthRequired(true);
        assertThat(mailer.send(
                        server(port(), Optional.of("ada"), Encryption.NONE, Optional.empty(), true),
                        message("ada@example.org", "s")))
                .isInstanceOf(Delivered.class);
        assertThat(mailer.send(
                        new MailServer(
                                "localhost",
                                port(),
                                Optional.of("ada"),
                                Optional.of("wrong-one"),
                                Encryption.NONE,
                                Optional.empty(),
                                true),
                        message("ada@example.org", "s")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error())
                                .contains("user or the password")
                                .doesNotContain("wrong-one"));
    }

    @Test
    void nothingIsSentInTheOpenWhereItShouldBeEncrypted() throws Exception {
        Path pem = directory.resolve("authority.pem");
        SSLContext tls = context(pem);
        post.setUser("ada@example.org", "ada", PASSWORD);
        try (var front = new StartTlsFront(tls, port(), true);
                var plain = new StartTlsFront(tls, port(), false)) {
            assertThat(mailer.send(
                            server(front.port(), Optional.of("ada"), Encryption.STARTTLS, Optional.of(pem), true),
                            message("ada@example.org", "encrypted")))
                    .isInstanceOf(Delivered.class);
            assertThat(only().getSubject()).isEqualTo("encrypted");
            assertThat(front.inTheOpen()).hasSize(2).last().isEqualTo("STARTTLS");
            assertThat(mailer.send(
                            server(front.port(), Optional.of("ada"), Encryption.STARTTLS, Optional.empty(), true),
                            message("ada@example.org", "s")))
                    .as("a certificate that nobody vouches for")
                    .isInstanceOf(Again.class);
            assertThat(mailer.send(
                            server(plain.port(), Optional.of("ada"), Encryption.STARTTLS, Optional.of(pem), true),
                            message("ada@example.org", "s")))
                    .as("a server that cannot")
                    .isInstanceOf(Again.class);
            assertThat(plain.inTheOpen()).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
            assertThat(post.getReceivedMessages()).hasSize(1);
        }
    }

    @Test
    void aFileWithoutCertificatesIsNamed() throws Exception {
        Path none = Files.writeString(directory.resolve("none.pem"), "x");
        assertThat(mailer.send(
                        server(port(), Optional.empty(), Encryption.STARTTLS, Optional.of(none), true),
                        message("ada@example.org", "s")))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.error()).contains("certificates"));
    }

    @Test
    void aServerThatNobodyTrustsMustNotBeInside() {
        assertThat(mailer.send(
                        server(port(), Optional.empty(), Encryption.NONE, Optional.empty(), false),
                        message("ada@example.org", "s")))
                .isInstanceOfSatisfying(
                        Again.class, again -> assertThat(again.error()).contains("localhost"));
        assertThat(post.getReceivedMessages()).isEmpty();
    }

    @Test
    void aServerThatIsGoneIsTriedAgain() {
        MailServer gone = open();
        post.stop();
        assertThat(mailer.send(gone, message("ada@example.org", "s")))
                .isInstanceOfSatisfying(
                        Again.class, again -> assertThat(again.silent()).isTrue());
    }

    /** A certificate for localhost, made now; its public part goes to the file. */
    private static SSLContext context(Path pem) throws Exception {
        Path store = directory.resolve("server.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-validity",
                "2");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "a",
                "-file",
                pem.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
