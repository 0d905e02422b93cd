package dev.trivet.circus;

import dev.trivet.circus.notify.NotificationType;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of single fields (spec section 2.3). Each method answers the value that passes and refuses any other with 400
 * {@code field: reason}; the {@code …OrNull} ones let null pass. Thread-safe.
 */
public final class Validation {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*");
    private static final Pattern INPUT_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_'/-]*");
    private static final Pattern SYSTEM = Pattern.compile("\\w+-\\w+");
    private static final Pattern BRANCH = Pattern.compile("[^-\\p{Cntrl} ~^:?*\\[\\\\][^\\p{Cntrl} ~^:?*\\[\\\\]*");
    private static final Pattern REVISION = Pattern.compile("[0-9A-Za-z_][0-9A-Za-z_./-]{0,254}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{1,64}");
    private static final Set<String> INPUT_TYPES = Set.of("git", "string", "boolean", "path", "build");
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_DESCRIPTION = 4096;
    private static final int LONGEST_EXPRESSION = 1024;
    private static final int LONGEST_VALUE = 8192;
    private static final int SHORTEST_INTERVAL = 10;
    private static final int LONGEST_INTERVAL = 86_400;

    private final Set<String> schemes;
    private final boolean inside;

    /**
     * @param schemes of repositories that are taken
     * @param inside whether hosts of the inside may be named
     */
    public Validation(Set<String> schemes, boolean inside) {
        this.schemes = Set.copyOf(schemes);
        this.inside = inside;
    }

    /** Of a project, jobset, channel or builder. */
    public static String name(String field, String value) {
        if (value.length() > LONGEST_NAME || !NAME.matcher(value).matches()) {
            throw CircusErrors.invalid(
                    field,
                    "must be 1 to 255 letters, digits, '-' and '_' and begin with a letter or digit, not '"
                            + shown(value) + "'");
        }
        return value;
    }

    static @Nullable String nameOrNull(String field, @Nullable String value) {
        return value == null ? null : name(field, value);
    }

    /** As it is written: no name is resolved. */
    public String repositoryUrl(String field, String value) {
        if (value.isEmpty() || value.length() > LONGEST_URL) {
            throw CircusErrors.invalid(field, "must be an address of 1 to 2048 characters, not " + value.length());
        }
        RepositoryAddress address = RepositoryAddress.of(value)
                .orElseThrow(() -> CircusErrors.invalid(
                        field, "must be an address such as https://host/path, not '" + shown(value) + "'"));
        if (!schemes.contains(address.scheme())) {
            throw CircusErrors.invalid(
                    field,
                    "has the scheme '" + address.scheme() + "'; allowed are "
                            + String.join(", ", new TreeSet<>(schemes)) + " (server.allowed_url_schemes)");
        }
        boolean local = address.scheme().equals("file") && address.host().isEmpty();
        if (address.host().isEmpty() && !local) {
            throw CircusErrors.invalid(field, "names no host");
        }
        if (!local && !inside && Addresses.isInternalName(address.host())) {
            throw CircusErrors.invalid(
                    field,
                    "names the internal host '" + address.host()
                            + "', which the server's configuration does not allow (server.allow_internal_requests)");
        }
        return value;
    }

    @Nullable
    String repositoryUrlOrNull(String field, @Nullable String value) {
        return value == null ? null : repositoryUrl(field, value);
    }

    static @Nullable String descriptionOrNull(String field, @Nullable String value) {
        return value == null ? null : atMost(field, value, LONGEST_DESCRIPTION);
    }

    static String expression(String field, String value) {
        if (value.isEmpty() || value.length() > LONGEST_EXPRESSION) {
            throw CircusErrors.invalid(field, "must have 1 to 1024 characters, not " + value.length());
        }
        if (!JsonFields.isStorable(value) || value.contains("..") || value.startsWith("/")) {
            throw CircusErrors.invalid(field, "must stay in the repository: no NUL, no '..', no '/' at its beginning");
        }
        return value;
    }

    static @Nullable String expressionOrNull(String field, @Nullable String value) {
        return value == null ? null : expression(field, value);
    }

    static @Nullable Integer intervalOrNull(String field, @Nullable Integer value) {
        if (value != null && (value < SHORTEST_INTERVAL || value > LONGEST_INTERVAL)) {
            throw CircusErrors.invalid(field, "must be 10 to 86400 seconds, not " + value);
        }
        return value;
    }

    static @Nullable JobsetState stateOrNull(String field, @Nullable String value) {
        return value == null
                ? null
                : JobsetState.named(value)
                        .orElseThrow(() -> CircusErrors.invalid(
                                field,
                                "must be disabled, enabled, one_shot or one_at_a_time, not '" + shown(value) + "'"));
    }

    /** Null for an empty text, too. */
    static @Nullable String branchOrNull(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (value.length() > LONGEST_NAME
                || value.contains("..")
                || !BRANCH.matcher(value).matches()) {
            throw CircusErrors.invalid(field, "must be the name of a branch, not '" + shown(value) + "'");
        }
        return value;
    }

    /** A commit, branch or tag; null for an empty text, too. */
    static @Nullable String revisionOrNull(String field, @Nullable String value) {
        if (value != null && !value.isEmpty() && !REVISION.matcher(value).matches()) {
            throw CircusErrors.invalid(field, "must be a commit, a branch or a tag, not '" + shown(value) + "'");
        }
        return value == null || value.isEmpty() ? null : value;
    }

    /** Hexadecimal digits, also an abbreviation. */
    static String commit(String field, String value) {
        if (!COMMIT.matcher(value).matches()) {
            throw CircusErrors.invalid(field, "must be 1 to 64 hexadecimal digits, not '" + shown(value) + "'");
        }
        return value;
    }

    static @Nullable String shortOrNull(String field, @Nullable String value) {
        return value == null ? null : atMost(field, value, LONGEST_NAME);
    }

    static ForgeType forge(String field, String value) {
        return ForgeType.named(value)
                .orElseThrow(() -> CircusErrors.invalid(
                        field, "must be github, gitea, forgejo or gitlab, not '" + shown(value) + "'"));
    }

    static NotificationType notificationType(String field, String value) {
        return NotificationType.named(value)
                .orElseThrow(() -> CircusErrors.invalid(
                        field,
                        "must be github_status, gitea_status, forgejo_status, gitlab_status, webhook, email or slack, not '"
                                + shown(value) + "'"));
    }

    static String secret(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw CircusErrors.invalid(field, "is needed: deliveries are only taken when they are signed with it");
        }
        return atMost(field, value, LONGEST_NAME);
    }

    static InputStore.NewInput input(String name, String type, String value, @Nullable String revision) {
        if (name.length() > LONGEST_NAME || !INPUT_NAME.matcher(name).matches()) {
            throw CircusErrors.invalid(
                    "name", "must be 1 to 255 letters, digits, '_', '-' and '/', beginning with a letter or '_'");
        }
        if (!INPUT_TYPES.contains(type)) {
            throw CircusErrors.invalid(
                    "input_type", "must be git, string, boolean, path or build, not '" + shown(type) + "'");
        }
        atMost("value", value, LONGEST_VALUE);
        if (type.equals("boolean") && !value.equals("true") && !value.equals("false")) {
            throw CircusErrors.invalid("value", "of a boolean must be true or false, not '" + shown(value) + "'");
        }
        if (!type.equals("string") && value.startsWith("-")) {
            throw CircusErrors.invalid("value", "of this type must not begin with '-'");
        }
        if (revision != null && (revision.startsWith("-") || revision.length() > LONGEST_NAME)) {
            throw CircusErrors.invalid("revision", "must be at most 255 characters and not begin with '-'");
        }
        return new InputStore.NewInput(name, type, value, revision);
    }

    static String sshUri(String field, String value) {
        boolean formed = !value.isEmpty()
                && value.length() <= LONGEST_URL
                && value.chars().noneMatch(c -> c <= ' ' || c == 0x7f)
                && (value.matches("(ssh|ssh-ng)://([^/@-][^/@]*@)?[^/@?-][^/@?]*([/?].*)?")
                        || value.matches("([^/@:-][^/@:]*@)?[^/@:-][^/@:]*"));
        if (!formed) {
            throw CircusErrors.invalid(
                    field, "must be ssh://user@host or ssh-ng://user@host, not '" + shown(value) + "'");
        }
        return value;
    }

    static List<String> systems(String field, List<String> value) {
        if (value.isEmpty()
                || value.stream().anyMatch(system -> !SYSTEM.matcher(system).matches())) {
            throw CircusErrors.invalid(
                    field,
                    "must name at least one system such as x86_64-linux, not " + shown(String.join(", ", value)));
        }
        return value;
    }

    static List<String> features(String field, List<String> value) {
        if (value.size() > 128 || value.stream().anyMatch(name -> name.isBlank() || name.length() > 128)) {
            throw CircusErrors.invalid(field, "must be at most 128 names of 1 to 128 characters");
        }
        return value;
    }

    static @Nullable Integer positiveOrNull(String field, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw CircusErrors.invalid(field, "must be at least 1, not " + value);
        }
        return value;
    }

    static String atMost(String field, String value, int most) {
        if (value.length() > most) {
            throw CircusErrors.invalid(field, "must have at most " + most + " characters, not " + value.length());
        }
        return value;
    }

    /**
     * Refuses to ask a repository on the inside, whatever its name says.
     *
     * @throws UnknownHostException if its host is not known
     */
    void refuseInside(String field, String url) throws UnknownHostException {
        RepositoryAddress address = RepositoryAddress.of(url).orElseThrow();
        if (!inside && !address.host().isEmpty() && Addresses.leadsInside(address.host())) {
            throw CircusErrors.invalid(
                    field,
                    "leads to an internal address, which the server's configuration does not allow"
                            + " (server.allow_internal_requests)");
        }
    }

    /**
     * Refuses to ask a host on the inside, whatever its name says.
     *
     * @throws UnknownHostException if the host is not known
     * @throws IOException if it is one of the inside, and those may not be asked
     */
    void refuseInside(URI uri) throws IOException {
        String host = Objects.requireNonNullElse(uri.getHost(), "").replaceAll("^\\[|]$", "");
        if (!inside && (host.isEmpty() || Addresses.leadsInside(host))) {
            throw new IOException(uri + " leads to an internal address, which the server's configuration does not allow"
                    + " (server.allow_internal_requests)");
        }
    }

    private static String shown(String value) {
        String text = Objects.requireNonNull(value, "value is null");
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
