package dev.trivet.circus;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.PEMFileTrustManager;
import com.unboundid.util.ssl.SSLUtil;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.util.Objects;
import javax.net.SocketFactory;

/** Asks the directory whether a password is right, by binding with it. Thread-safe: each question has a connection of its own. */
final class LdapDirectory {
    private static final int CONNECT_MILLIS = 5_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final String SPECIAL = ",\\#+<>;\"=()*/";

    private final LdapSettings settings;

    LdapDirectory(LdapSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /** What the directory says. */
    sealed interface Answer {
        /** @param subject the name that was bound with, the same however it was written */
        record Known(String subject) implements Answer {}

        /** @param code of LDAP */
        record Rejected(int code) implements Answer {}

        /** It could not be asked. */
        record Unreachable(String why) implements Answer {}
    }

    Answer ask(String username, String password) {
        String name = settings.bindDnTemplate().replace("{username}", escaped(username));
        try (LDAPConnection connection = connect()) {
            return bind(connection, name, password);
        } catch (LDAPException | GeneralSecurityException e) {
            return new Answer.Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private static Answer bind(LDAPConnection connection, String name, String password) {
        try {
            var _ = connection.bind(name, password);
            return new Answer.Known(DN.normalize(name));
        } catch (LDAPException e) {
            ResultCode code = e.getResultCode();
            boolean elsewhere =
                    !code.isConnectionUsable() || code.equals(ResultCode.BUSY) || code.equals(ResultCode.UNAVAILABLE);
            return elsewhere
                    ? new Answer.Unreachable(String.valueOf(e.getMessage()))
                    : new Answer.Rejected(code.intValue());
        }
    }

    private LDAPConnection connect() throws LDAPException, GeneralSecurityException {
        LDAPURL url = new LDAPURL(settings.url());
        String host = Objects.requireNonNullElse(url.getHost(), "localhost");
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(CONNECT_MILLIS);
        options.setResponseTimeoutMillis(ANSWER_MILLIS);
        options.setFollowReferrals(false);
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        return url.getScheme().equals("ldaps")
                ? new LDAPConnection(tls(), options, host, url.getPort())
                : new LDAPConnection(options, host, url.getPort());
    }

    private SocketFactory tls() throws GeneralSecurityException {
        try {
            return settings.certificates().isEmpty()
                    ? new SSLUtil().createSSLSocketFactory()
                    : new SSLUtil(new PEMFileTrustManager(
                                    settings.certificates().get().toFile()))
                            .createSSLSocketFactory();
        } catch (KeyStoreException e) {
            throw new GeneralSecurityException(
                    "the certificates in " + settings.certificates().orElseThrow() + " cannot be read", e);
        }
    }

    /** In hexadecimal, which every part of a name takes: nobody gets out of the place that the template has for them. */
    static String escaped(String username) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < username.length(); i++) {
            char c = username.charAt(i);
            boolean atAnEnd = i == 0 || i == username.length() - 1;
            if (SPECIAL.indexOf(c) >= 0 || c < ' ' || c == 0x7f || (c == ' ' && atAnEnd)) {
                name.append('\\').append(String.format("%02x", (int) c));
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }
}
