package dev.trivet.nix;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an evaluation found at one attribute. */
public sealed interface EvaluationLine extends ResultLine {
    /** Its name: the attributes with dots between them. */
    String attr();

    /**
     * Something to build.
     *
     * @param name of the derivation
     * @param outputs paths by name
     * @param inputDerivations what it is built from, as paths of derivations
     * @param fixedHash of a fixed output, or null
     * @param constituents what an aggregate is made of; empty for other jobs
     */
    record Job(
            String attr,
            String name,
            String system,
            String drvPath,
            Map<String, String> outputs,
            List<String> inputDerivations,
            Set<String> requiredFeatures,
            @Nullable String fixedHash,
            Meta meta,
            boolean aggregate,
            List<Constituent> constituents)
            implements EvaluationLine {
        public Job {
            Objects.requireNonNull(attr, "attr is null");
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(system, "system is null");
            Objects.requireNonNull(drvPath, "drvPath is null");
            outputs = Map.copyOf(outputs);
            inputDerivations = List.copyOf(inputDerivations);
            requiredFeatures = Set.copyOf(requiredFeatures);
            Objects.requireNonNull(meta, "meta is null");
            constituents = List.copyOf(constituents);
        }
    }

    /** A part of an aggregate: another job by its name, or a derivation; the other is null. */
    record Constituent(@Nullable String job, @Nullable String drv) {}

    /**
     * What a job says of itself; null where it does not.
     *
     * @param timeout longest time of its build in seconds
     * @param maxSilent longest silence of its build in seconds
     */
    record Meta(
            @Nullable String description,
            @Nullable String license,
            @Nullable String homepage,
            @Nullable String maintainers,
            @Nullable Integer schedulingPriority,
            @Nullable Integer timeout,
            @Nullable Integer maxSilent) {
        /** Nothing. */
        public static final Meta NONE = new Meta(null, null, null, null, null, null, null);
    }

    /**
     * Something that cannot be evaluated; the rest of the job set can.
     *
     * @param message what Nix says, without colours, its last 4,096 characters
     */
    record Failure(String attr, String message) implements EvaluationLine {
        public Failure {
            Objects.requireNonNull(attr, "attr is null");
            Objects.requireNonNull(message, "message is null");
        }
    }
}
