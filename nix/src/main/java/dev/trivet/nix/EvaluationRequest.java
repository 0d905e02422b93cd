package dev.trivet.nix;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What to evaluate (spec circus section 4.2).
 *
 * @param checkout the repository's files, absolute
 * @param commit what is checked out, for flakes in git; empty where the checkout is no git repository
 * @param flake whether {@code expression} is an attribute of a flake, and not a file
 * @param expression {@code hydraJobs}, or {@code release.nix} relative to the checkout
 * @param restricted whether the expression reads nothing but the checkout
 * @param importFromDerivation whether it may build something to go on with
 * @param network whether it may reach other machines; only a sandbox can keep it from that
 */
public record EvaluationRequest(
        Path checkout,
        String commit,
        boolean flake,
        String expression,
        List<Input> inputs,
        boolean restricted,
        boolean importFromDerivation,
        boolean network,
        Bounds bounds) {
    public EvaluationRequest {
        Objects.requireNonNull(checkout, "checkout is null");
        Objects.requireNonNull(commit, "commit is null");
        Objects.requireNonNull(expression, "expression is null");
        inputs = List.copyOf(inputs);
        Objects.requireNonNull(bounds, "bounds is null");
        if (!commit.matches("[0-9a-f]{40,64}|")) {
            throw new IllegalArgumentException("a commit has 40 to 64 hexadecimal digits, not: " + commit);
        }
        if (expression.indexOf('\0') >= 0 || expression.startsWith("/") || expression.contains("..")) {
            throw new IllegalArgumentException("an expression is inside its repository, not: " + expression);
        }
    }

    /** One that may reach other machines if it is a flake, whose inputs are there. */
    public EvaluationRequest(
            Path checkout,
            String commit,
            boolean flake,
            String expression,
            List<Input> inputs,
            boolean restricted,
            boolean importFromDerivation,
            Bounds bounds) {
        this(checkout, commit, flake, expression, inputs, restricted, importFromDerivation, flake, bounds);
    }

    /** A legacy expression with the usual bounds. */
    public static EvaluationRequest of(Path checkout, String expression) {
        return new EvaluationRequest(checkout, "", false, expression, List.of(), true, false, Bounds.USUAL);
    }

    /**
     * An argument of the expression.
     *
     * @param name of the argument
     */
    public record Input(String name, Type type, String value) {
        public Input {
            Objects.requireNonNull(type, "type is null");
            Objects.requireNonNull(value, "value is null");
            if (!name.matches("[A-Za-z_][A-Za-z0-9_'-]*")) {
                throw new IllegalArgumentException("an input's name is a name of Nix, not: " + name);
            }
        }

        /** How the value is meant. */
        public enum Type {
            GIT,
            STRING,
            BOOLEAN,
            /** Inside the checkout. */
            PATH,
            BUILD
        }
    }

    /**
     * How much an evaluation may take.
     *
     * @param time all of it
     * @param attribute a single attribute
     * @param memory address space in bytes
     * @param output what one attribute may print, in bytes
     */
    public record Bounds(Duration time, Duration attribute, long memory, long output) {
        /** Half an hour, ten minutes for an attribute, 8 GiB, and 16 MiB of output. */
        public static final Bounds USUAL =
                new Bounds(Duration.ofMinutes(30), Duration.ofMinutes(10), 8L << 30, 16L << 20);

        public Bounds {
            Objects.requireNonNull(time, "time is null");
            Objects.requireNonNull(attribute, "attribute is null");
        }
    }
}
