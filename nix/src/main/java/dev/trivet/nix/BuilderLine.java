package dev.trivet.nix;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A machine to build on, as Nix' {@code --builders} takes it (spec circus section 5.3). The form has no quoting: what would end a word or
 * a line is percent-encoded in the address, and refused elsewhere. Immutable.
 *
 * @param uri such as {@code ssh-ng://root@host}; without a scheme it becomes one of ssh-ng
 * @param systems such as {@code x86_64-linux}
 * @param sshKey path of the private key on the machine that asks
 * @param maxJobs builds at once, at least 1
 * @param speedFactor how fast it is beside others, at least 1
 * @param supportedFeatures what builds may require of it
 * @param mandatoryFeatures what builds must require to be done there
 * @param hostKey what the machine must show, as {@code ssh_host_ed25519_key.pub} has it or that in base64; without one, what was shown
 *     the first time is what counts
 */
public record BuilderLine(
        String uri,
        List<String> systems,
        Optional<String> sshKey,
        int maxJobs,
        int speedFactor,
        List<String> supportedFeatures,
        List<String> mandatoryFeatures,
        Optional<String> hostKey) {
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*://.*");
    private static final Pattern WORD = Pattern.compile("[^\\s,;#@-][^\\s,;#]*");
    private static final Pattern PATH = Pattern.compile("[^\\s;#@-][^\\s;#]*");
    private static final Pattern KEY_TYPE = Pattern.compile("(?:ssh|ecdsa|sk)-[a-z0-9@.-]+");
    private static final int HOST_KEY_FIELD = 7;

    public BuilderLine {
        uri = address(uri);
        systems = words("a system", systems);
        if (systems.isEmpty()) {
            throw new IllegalArgumentException("a builder needs a system, such as x86_64-linux");
        }
        sshKey.ifPresent(path -> require("the path of an SSH key", PATH, path));
        if (maxJobs < 1 || speedFactor < 1) {
            throw new IllegalArgumentException(
                    "a builder has at least one job and a speed factor of 1, not " + maxJobs + " and " + speedFactor);
        }
        supportedFeatures = words("a feature", supportedFeatures);
        mandatoryFeatures = words("a feature", mandatoryFeatures);
        hostKey = hostKey.map(BuilderLine::known);
    }

    /** One of these systems that is used as often as every other, by the keys of whoever asks. */
    public static BuilderLine of(String uri, List<String> systems) {
        return new BuilderLine(uri, systems, Optional.empty(), 1, 1, List.of(), List.of(), Optional.empty());
    }

    /** The line. */
    public String line() {
        return String.join(
                " ",
                uri,
                String.join(",", systems),
                sshKey.orElse("-"),
                Integer.toString(maxJobs),
                Integer.toString(speedFactor),
                list(supportedFeatures),
                list(mandatoryFeatures),
                hostKey.map(key -> Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)))
                        .orElse("-"));
    }

    /** Whether a line says what its machine must show. */
    static boolean hasHostKey(String line) {
        String[] fields = line.strip().split("\\s+", -1);
        return fields.length > HOST_KEY_FIELD && !fields[HOST_KEY_FIELD].equals("-");
    }

    private static String list(List<String> words) {
        return words.isEmpty() ? "-" : String.join(",", words);
    }

    private static String address(String uri) {
        Objects.requireNonNull(uri, "uri is null");
        String whole = SCHEME.matcher(uri).matches() ? uri : "ssh-ng://" + uri;
        String host = whole.replaceFirst("^[^:]*://", "").replaceFirst("^[^/?]*@", "");
        if (host.isEmpty() || host.startsWith("-") || host.startsWith("?")) {
            throw new IllegalArgumentException(
                    "a builder's address has a host, such as ssh-ng://root@host, not: " + uri);
        }
        var encoded = new StringBuilder();
        whole.codePoints().forEach(c -> {
            if (Character.isWhitespace(c) || Character.isISOControl(c) || c == ';' || c == '#') {
                encoded.append(String.format("%%%02X", c));
            } else {
                encoded.appendCodePoint(c);
            }
        });
        return encoded.toString();
    }

    private static List<String> words(String what, List<String> words) {
        words.forEach(word -> require(what, WORD, word));
        return List.copyOf(words);
    }

    private static void require(String what, Pattern form, String value) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what + " of a builder has no spaces, semicolons or number signs, not: " + value);
        }
    }

    /** The type and the key, without what else stands beside them. */
    private static String known(String key) {
        String text = key.strip();
        if (!text.contains(" ")) {
            text = new String(decoded(text), StandardCharsets.UTF_8).strip();
        }
        String[] words = text.lines().findFirst().orElse("").split("\\s+", -1);
        if (words.length < 2 || !KEY_TYPE.matcher(words[0]).matches() || decoded(words[1]).length == 0) {
            throw new IllegalArgumentException("a host key looks like \"ssh-ed25519 AAAA…\", or like that in base64");
        }
        return words[0] + " " + words[1];
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException wrong) {
            return new byte[0];
        }
    }
}
