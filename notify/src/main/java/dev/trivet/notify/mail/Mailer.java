package dev.trivet.notify.mail;

import dev.trivet.notify.Outcome;
import dev.trivet.notify.Receipt;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends e-mail. Every message says that no person wrote it, so that no machine answers. Its Message-ID is the same in each attempt. Thread-safe.
 */
public final class Mailer {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int LONGEST_SUBJECT = 500;

    private final InstantSource clock;

    public Mailer(InstantSource clock) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Whether something is one address such as {@code ada@example.org}, with nothing around it.
     *
     * @param text as people write it
     */
    public static boolean isAddress(String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            return text.length() <= 320
                    && text.chars().allMatch(c -> c > ' ' && c < 0x7f)
                    && address.getAddress().equals(text)
                    && text.indexOf('@') > 0;
        } catch (AddressException malformed) {
            return false;
        }
    }

    /** Sends once. */
    public Outcome send(MailServer server, MailMessage message) {
        try {
            Session session = Session.getInstance(properties(server));
            MimeMessage mime = mime(session, message);
            try (Transport transport = session.getTransport(protocol(server))) {
                transport.connect(
                        server.host(),
                        server.port(),
                        server.user().orElse(null),
                        server.password().orElse(null));
                transport.sendMessage(mime, mime.getAllRecipients());
            }
            return new Outcome.Delivered(new Receipt(250, "", ""), Duration.ZERO);
        } catch (AddressException malformed) {
            return new Outcome.Refused("an address cannot be: " + malformed.getMessage(), null);
        } catch (AuthenticationFailedException refused) {
            return new Outcome.Refused(server + " does not know the user or the password", null);
        } catch (MessagingException failed) {
            return judged(server, failed);
        } catch (IOException unreadable) {
            return new Outcome.Refused(
                    "the certificates to trust for " + server + " cannot be read: " + unreadable.getMessage(), null);
        }
    }

    private static String protocol(MailServer server) {
        return server.encryption() == MailServer.Encryption.TLS ? "smtps" : "smtp";
    }

    private static Properties properties(MailServer server) throws IOException {
        String prefix = "mail." + protocol(server) + ".";
        Properties properties = new Properties();
        properties.put("mail.transport.protocol", protocol(server));
        properties.put(prefix + "auth", String.valueOf(server.user().isPresent()));
        properties.put(prefix + "connectiontimeout", String.valueOf(CONNECT.toMillis()));
        properties.put(prefix + "timeout", String.valueOf(ANSWER.toMillis()));
        properties.put(prefix + "writetimeout", String.valueOf(ANSWER.toMillis()));
        properties.put(prefix + "ssl.checkserveridentity", "true");
        properties.put(prefix + "ssl.protocols", "TLSv1.3 TLSv1.2");
        if (server.encryption() == MailServer.Encryption.STARTTLS) {
            properties.put(prefix + "starttls.enable", "true");
            properties.put(prefix + "starttls.required", "true");
        }
        if (server.encryption() == MailServer.Encryption.NONE) {
            // Without encryption a certificate would prove nothing, so none is asked for.
            properties.put(prefix + "starttls.enable", "false");
        }
        if (server.authorities().isPresent()) {
            properties.put(
                    prefix + "ssl.socketFactory",
                    Authorities.factory(server.authorities().get()));
        }
        if (!server.trusted()) {
            properties.put(prefix + "socketFactory", new GuardedSockets());
            properties.put(prefix + "socketFactory.fallback", "false");
        }
        return properties;
    }

    private MimeMessage mime(Session session, MailMessage message) throws MessagingException {
        MimeMessage mime = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + message.id() + "@" + domain(message.from()) + ">");
            }
        };
        mime.setFrom(new InternetAddress(message.from(), true));
        mime.setRecipients(MimeMessage.RecipientType.TO, addresses(message.to()));
        mime.setRecipients(MimeMessage.RecipientType.CC, addresses(message.cc()));
        mime.setSubject(line(message.subject()), "UTF-8");
        mime.setSentDate(Date.from(clock.instant()));
        mime.setHeader("Auto-Submitted", "auto-generated");
        mime.setHeader("X-Auto-Response-Suppress", "All");
        if (message.inReplyTo().isPresent() && message.inReplyTo().get().matches("<[^<>\\s]{1,900}>")) {
            mime.setHeader("In-Reply-To", message.inReplyTo().get());
            mime.setHeader("References", message.inReplyTo().get());
        }
        mime.setText(message.text().replace("\0", ""), "UTF-8");
        mime.saveChanges();
        return mime;
    }

    private static InternetAddress[] addresses(List<String> texts) throws AddressException {
        InternetAddress[] addresses = new InternetAddress[texts.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = new InternetAddress(line(texts.get(i)), true);
        }
        return addresses;
    }

    /** Nothing that ends a line gets into a header. */
    private static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
        return line.length() <= LONGEST_SUBJECT ? line : line.substring(0, LONGEST_SUBJECT - 1) + "…";
    }

    private static String domain(String address) {
        String domain = address.substring(address.lastIndexOf('@') + 1).replaceAll("[^A-Za-z0-9.-]", "");
        return domain.isEmpty() ? "localhost" : domain;
    }

    /** What begins with 5 stays so. */
    private static Outcome judged(MailServer server, MessagingException failed) {
        int code = 0;
        String said = String.valueOf(failed.getMessage());
        for (Exception at = failed; at != null; at = next(at)) {
            int own = code(at);
            if (own > 0) {
                code = own;
                said = String.valueOf(at.getMessage());
            }
        }
        String error = server + " says: " + said.strip();
        Receipt receipt = code == 0 ? null : new Receipt(code, "", "");
        if (code >= 500) {
            return new Outcome.Refused(error, receipt);
        }
        return new Outcome.Again(error, Duration.ZERO, code == 0, receipt);
    }

    private static @Nullable Exception next(Exception exception) {
        return exception instanceof MessagingException messaging ? messaging.getNextException() : null;
    }

    private static int code(Exception exception) {
        return switch (exception) {
            case SMTPSendFailedException send -> send.getReturnCode();
            case SMTPAddressFailedException address -> address.getReturnCode();
            case SMTPSenderFailedException sender -> sender.getReturnCode();
            default -> 0;
        };
    }
}
