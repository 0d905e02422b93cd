package dev.trivet.core.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Work for Nix instead of commands in a sandbox: what it finds is written as lines of JSON into the log of step {@value #RESULTS}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NixSpec.Evaluate.class, name = "evaluate"),
    @JsonSubTypes.Type(value = NixSpec.Build.class, name = "build"),
    @JsonSubTypes.Type(value = NixSpec.Collect.class, name = "collect")
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
     * @param commit in hex, also abbreviated; or another name that git has for it, which is no option
     * @param flake whether {@code expression} is an attribute of a flake, and not a file
     * @param restricted whether the expression reads nothing but the repository
     * @param importFromDerivation whether it may build something to go on with
     * @param gitTimeout for getting the repository
     * @param timeout for the evaluation
     * @param root names what keeps the jobs' derivations and outputs from the garbage collector, until it is collected; empty for nothing
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
            Duration timeout,
            String root)
            implements NixSpec {
        private static final Pattern COMMIT = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._-]{0,63}");
        private static final Pattern ROOT = Pattern.compile("[0-9A-Za-z-]{0,64}");

        public Evaluate {
            Objects.requireNonNull(repository, "repository is null");
            Objects.requireNonNull(expression, "expression is null");
            inputs = List.copyOf(inputs);
            Objects.requireNonNull(gitTimeout, "gitTimeout is null");
            Objects.requireNonNull(timeout, "timeout is null");
            if (!COMMIT.matcher(commit).matches()) {
                throw new IllegalArgumentException("a commit has up to 64 hexadecimal digits, not: " + commit);
            }
            // Absent in what an earlier version has stored.
            root = root == null ? "" : root;
            if (!ROOT.matcher(root).matches()) {
                throw new IllegalArgumentException("a root has up to 64 letters, digits and '-', not: " + root);
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

    /**
     * Let the garbage collector have what earlier evaluations kept.
     *
     * @param dropped what to let go
     * @param garbage whether to collect it now, with everything else in the store that nothing keeps
     */
    record Collect(List<Dropped> dropped, boolean garbage) implements NixSpec {
        public Collect {
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * The root of an evaluation.
     *
     * @param except derivations that stay, with their outputs
     */
    record Dropped(String root, List<String> except) {
        public Dropped {
            Objects.requireNonNull(root, "root is null");
            except = List.copyOf(except);
        }
    }
}
