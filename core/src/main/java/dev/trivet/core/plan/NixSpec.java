package dev.trivet.core.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Work for Nix instead of commands in a sandbox: what it finds is written as lines of JSON into the log of step {@value #RESULTS}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NixSpec.Evaluate.class, name = "evaluate"),
    @JsonSubTypes.Type(value = NixSpec.Build.class, name = "build")
})
public sealed interface NixSpec {
    /** The step whose log people read. */
    int OUTPUT = 1;

    /** The step whose log programs read. */
    int RESULTS = 2;

    /** What a runner has to offer for it. */
    String REQUIREMENT = "nix";

    /**
     * Evaluate a job set of a repository.
     *
     * @param repository an address that git takes
     * @param commit full, in hex
     * @param flake whether {@code expression} is an attribute of a flake, and not a file
     * @param restricted whether the expression reads nothing but the repository
     * @param importFromDerivation whether it may build something to go on with
     * @param gitTimeout for getting the repository
     * @param timeout for the evaluation
     */
    record Evaluate(
            String repository,
            String commit,
            boolean flake,
            String expression,
            List<Input> inputs,
            boolean restricted,
            boolean importFromDerivation,
            Duration gitTimeout,
            Duration timeout)
            implements NixSpec {
        public Evaluate {
            Objects.requireNonNull(repository, "repository is null");
            Objects.requireNonNull(expression, "expression is null");
            inputs = List.copyOf(inputs);
            Objects.requireNonNull(gitTimeout, "gitTimeout is null");
            Objects.requireNonNull(timeout, "timeout is null");
            if (!commit.matches("[0-9a-f]{40,64}")) {
                throw new IllegalArgumentException("a commit has 40 to 64 hexadecimal digits, not: " + commit);
            }
        }
    }

    /**
     * An argument of an evaluation.
     *
     * @param type {@code git}, {@code string}, {@code boolean}, {@code path} or {@code build}
     */
    record Input(String name, String type, String value) {
        public Input {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(type, "type is null");
            Objects.requireNonNull(value, "value is null");
        }
    }

    /**
     * Build a derivation that is in the store.
     *
     * @param timeout longest time of each builder
     * @param maxSilent longest silence of each builder, or zero for none
     * @param maxLogBytes most that each builder prints
     * @param builders machines to build on, a line each as {@code --builders} of Nix takes it; empty for those that the runner's Nix knows
     */
    record Build(String drvPath, Duration timeout, Duration maxSilent, long maxLogBytes, List<String> builders)
            implements NixSpec {
        public Build {
            // Rows from before this member have none.
            builders = builders == null ? List.of() : List.copyOf(builders);
            Objects.requireNonNull(drvPath, "drvPath is null");
            Objects.requireNonNull(timeout, "timeout is null");
            Objects.requireNonNull(maxSilent, "maxSilent is null");
        }

        /** Where the runner's Nix builds. */
        public Build(String drvPath, Duration timeout, Duration maxSilent, long maxLogBytes) {
            this(drvPath, timeout, maxSilent, maxLogBytes, List.of());
        }
    }
}
