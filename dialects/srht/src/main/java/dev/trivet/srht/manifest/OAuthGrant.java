package dev.trivet.srht.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One grant of an OAuth token, written {@code service/SCOPE[:RO|RW]}.
 *
 * @param service such as {@code git.sr.ht}
 * @param scope such as {@code REPOSITORIES}
 * @param access read only when it is not written
 */
public record OAuthGrant(String service, String scope, Access access) {
    private static final Pattern GRANT = Pattern.compile("([A-Za-z0-9.-]+)/([A-Z][A-Z0-9_]*)(?::(RO|RW))?");

    public OAuthGrant {
        Objects.requireNonNull(service, "service is null");
        Objects.requireNonNull(scope, "scope is null");
        Objects.requireNonNull(access, "access is null");
    }

    /** What a grant allows. */
    public enum Access {
        /** Reading. */
        RO,
        /** Reading and writing. */
        RW
    }

    /** The grants of a space-separated list. */
    static List<OAuthGrant> parseAll(YamlNode.Scalar list) throws ManifestException {
        List<OAuthGrant> grants = new ArrayList<>();
        for (String word : list.text().strip().split("\\s+", -1)) {
            if (!word.isEmpty()) {
                grants.add(parse(word, list.position()));
            }
        }
        return List.copyOf(grants);
    }

    private static OAuthGrant parse(String word, Position position) throws ManifestException {
        Matcher matcher = GRANT.matcher(word);
        if (!matcher.matches()) {
            throw ManifestException.rule(
                    "OAuth grant '" + word + "' is not of the form service/SCOPE[:RO|RW]",
                    position,
                    "oauth",
                    "write grants such as git.sr.ht/REPOSITORIES:RO, separated by spaces");
        }
        return new OAuthGrant(
                matcher.group(1), matcher.group(2), "RW".equals(matcher.group(3)) ? Access.RW : Access.RO);
    }

    @Override
    public String toString() {
        return service + "/" + scope + ":" + access;
    }
}
