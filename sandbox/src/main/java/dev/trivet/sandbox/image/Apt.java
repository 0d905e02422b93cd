package dev.trivet.sandbox.image;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Debian's package manager. Recommended packages are installed, as apt does by itself and as builds of builds.sr.ht expect.
 *
 * @param keyServer address of the HKP server that signing keys are taken from, without a trailing slash
 */
public record Apt(String keyServer) implements PackageManager {
    static final String ID = "apt";
    private static final String DEFAULT_KEY_SERVER = "https://keyserver.ubuntu.com";

    /** A package, perhaps of an architecture, in a version or of a suite. A trailing minus, which removes, is none. */
    private static final Pattern PACKAGE = Pattern.compile(
            "[a-z0-9](?:[a-z0-9+.-]*[a-z0-9+.])?(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+|/[A-Za-z0-9][A-Za-z0-9._-]*)?");

    private static final Pattern REPOSITORY_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9.:_-]+(?:/[A-Za-z0-9._~%/+:-]*)?");
    private static final Pattern SUITE = Pattern.compile("[A-Za-z0-9./][A-Za-z0-9._/-]*");
    private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*");
    private static final Pattern KEY = Pattern.compile("(?:0x)?([0-9A-Fa-f]{8}|[0-9A-Fa-f]{16}|[0-9A-Fa-f]{40})");

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "DEBIAN_FRONTEND", "noninteractive",
            "DEBCONF_NONINTERACTIVE_SEEN", "true",
            "APT_LISTCHANGES_FRONTEND", "none",
            "HOME", "/root",
            "LC_ALL", "C.UTF-8",
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    /** Fixed text: what a manifest says comes in as arguments only. */
    private static final String WRITE_SOURCE = "mkdir -p /etc/apt/sources.list.d && printf '%s\\n' \"$1\" > \"$2\"";

    private static final String FETCH_KEY = """
            set -e
            mkdir -p /etc/apt/keyrings
            curl --fail --silent --show-error --location --max-time 60 --output "$2" -- "$1"
            gpg --batch --with-colons --show-keys -- "$2" | grep -qiE "^fpr:.*$3:$" || {
              echo "the key server's answer does not have the key $3" >&2
              rm -f -- "$2"
              exit 1
            }
            chmod 644 -- "$2"
            """;

    private static final List<Explanation> EXPLANATIONS = List.of(
            new Explanation(
                    "Unable to locate package (\\S+)",
                    match -> "there is no package named " + match.group(1)
                            + " in the repositories of this image: check its spelling, or add the repository that has it"),
            new Explanation(
                    "Package '?([^' ]+)'? has no installation candidate",
                    match -> "the package " + match.group(1)
                            + " is known but no repository of this image offers it: it may be of another release"),
            new Explanation(
                    "Version '([^']+)' for '([^']+)' was not found",
                    match -> "the package " + match.group(2) + " is not offered in version " + match.group(1)),
            new Explanation(
                    "NO_PUBKEY ([0-9A-F]+)",
                    match -> "a repository is signed with the key " + match.group(1)
                            + " that this image does not have: name it as the fourth word of the repository"),
            new Explanation(
                    "The repository '([^']+)' (?:does not have a Release file|is not signed)",
                    match -> "the repository " + match.group(1)
                            + " is not there or not signed: check its address and suite"),
            new Explanation(
                    "(?:Failed to fetch|Could not resolve|Temporary failure resolving) '?(\\S+?)'?(?:\\s|$)",
                    match -> match.group(1)
                            + " could not be reached: the mirror may be away, or the job has no network"));

    private record Explanation(Pattern pattern, Function<MatchResult, String> text) {
        Explanation(String pattern, Function<MatchResult, String> text) {
            this(Pattern.compile(pattern), text);
        }
    }

    public Apt {
        Objects.requireNonNull(keyServer, "keyServer is null");
    }

    public Apt() {
        this(DEFAULT_KEY_SERVER);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<Command> addRepository(String name, String value) throws SandboxException {
        List<String> words = List.of(value.strip().split("\\s+", -1));
        if (!REPOSITORY_NAME.matcher(name).matches()) {
            throw refusal("a repository's name has letters, digits, '.', '_' and '-' only, not: " + shown(name));
        }
        boolean form = (words.size() == 3 || words.size() == 4)
                && ADDRESS.matcher(words.get(0)).matches()
                && SUITE.matcher(words.get(1)).matches()
                && COMPONENT.matcher(words.get(2)).matches()
                && (words.size() == 3 || KEY.matcher(words.get(3)).matches());
        if (!form) {
            throw refusal("the repository " + name + " must be 'URL DISTRO COMPONENT [KEYID]', such as"
                    + " 'https://deb.example.org/debian bookworm main', not: " + shown(value));
        }
        List<Command> commands = new ArrayList<>();
        String option = "[trusted=yes]";
        if (words.size() == 4) {
            String key = KEY.matcher(words.get(3)).replaceFirst("$1");
            String keyring = "/etc/apt/keyrings/" + name + ".asc";
            String address = keyServer + "/pks/lookup?op=get&options=mr&search=0x" + key;
            commands.add(asRoot("sh", "-c", FETCH_KEY, "sh", address, keyring, key));
            option = "[signed-by=" + keyring + "]";
        }
        String line = "deb " + option + " " + String.join(" ", words.subList(0, 3));
        commands.add(asRoot("sh", "-c", WRITE_SOURCE, "sh", line, "/etc/apt/sources.list.d/" + name + ".list"));
        return commands;
    }

    @Override
    public List<Command> refresh() {
        return List.of(asRoot("apt-get", "--quiet", "update"));
    }

    @Override
    public List<Command> install(List<String> packages) throws SandboxException {
        List<String> wrong = packages.stream()
                .filter(name -> !PACKAGE.matcher(name).matches())
                .map(Apt::shown)
                .toList();
        if (!wrong.isEmpty()) {
            throw refusal("not the name of a Debian package: " + String.join(", ", wrong)
                    + " (expected such as 'jq', 'libc6:i386', 'jq=1.6-2.1' or 'jq/bookworm-backports')");
        }
        if (packages.isEmpty()) {
            return List.of();
        }
        List<String> install = new ArrayList<>(
                List.of("apt-get", "--quiet", "--yes", "--option=Dpkg::Options::=--force-confold", "install", "--"));
        install.addAll(packages);
        return List.of(refresh().getFirst(), asRoot(install.toArray(String[]::new)));
    }

    @Override
    public Optional<String> explain(String output) {
        return EXPLANATIONS.stream()
                .flatMap(explanation ->
                        explanation.pattern().matcher(output).results().limit(1).map(explanation.text()))
                .findFirst();
    }

    private static Command asRoot(String... words) {
        return new Command(List.of(words), ENVIRONMENT, "/", "root");
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return "'" + (line.length() > 100 ? line.substring(0, 100) + "…" : line) + "'";
    }

    private static SandboxException refusal(String message) {
        return new SandboxException(SandboxException.Reason.UNSUPPORTED, message);
    }
}
