package dev.trivet.nix;

import java.util.Objects;

/**
 * How expressions of strangers are evaluated. Immutable.
 *
 * @param sandboxRequired whether nothing is evaluated where no sandbox can be made; otherwise that is done on the machine, with a warning
 * @param network which of them may reach other machines
 */
public record EvaluationPolicy(boolean sandboxRequired, Network network) {
    /** In a sandbox where one can be made; flakes may fetch their inputs. */
    public static final EvaluationPolicy USUAL = new EvaluationPolicy(false, Network.FLAKES);

    public EvaluationPolicy {
        Objects.requireNonNull(network, "network is null");
    }

    /** Who may reach other machines. */
    public enum Network {
        NOBODY,
        /** Their inputs are elsewhere. */
        FLAKES,
        EVERYBODY;

        boolean reaches(boolean flake) {
            return switch (this) {
                case NOBODY -> false;
                case FLAKES -> flake;
                case EVERYBODY -> true;
            };
        }
    }
}
