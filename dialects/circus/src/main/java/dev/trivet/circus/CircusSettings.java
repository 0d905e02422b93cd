package dev.trivet.circus;

import java.util.Objects;
import java.util.Set;

/**
 * What the operator decides for this dialect.
 *
 * @param origin where the server is reached, without a slash at its end
 * @param corsOrigins whose pages' scripts may call the API
 * @param schemes of repository addresses
 * @param inside whether internal addresses may be asked
 * @param declaration what is brought about at every start
 * @param box keeps the secrets of webhooks
 */
public record CircusSettings(
        String origin,
        Set<String> corsOrigins,
        Set<String> schemes,
        boolean inside,
        Declaration declaration,
        SecretBox box) {
    /** Settings that declare nothing. */
    public CircusSettings(String origin, Set<String> corsOrigins, Set<String> schemes, boolean inside) {
        this(origin, corsOrigins, schemes, inside, Declaration.NONE, SecretBox.OPEN);
    }

    public CircusSettings {
        Objects.requireNonNull(declaration, "declaration is null");
        Objects.requireNonNull(box, "box is null");
        Objects.requireNonNull(origin, "origin is null");
        corsOrigins = Set.copyOf(corsOrigins);
        schemes = Set.copyOf(schemes);
    }

    /** The same with other declared things, and another box for their secrets. */
    public CircusSettings declaring(Declaration other, SecretBox otherBox) {
        return new CircusSettings(origin, corsOrigins, schemes, inside, other, otherBox);
    }
}
