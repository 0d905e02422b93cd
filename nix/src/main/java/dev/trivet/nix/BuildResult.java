package dev.trivet.nix;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a build tells programs, a line of JSON each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = BuildResult.Started.class, name = "started"),
    @JsonSubTypes.Type(value = BuildResult.Unreachable.class, name = "unreachable"),
    @JsonSubTypes.Type(value = BuildResult.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = BuildResult.Output.class, name = "output"),
    @JsonSubTypes.Type(value = BuildResult.Product.class, name = "product"),
    @JsonSubTypes.Type(value = BuildResult.Release.class, name = "release"),
    @JsonSubTypes.Type(value = BuildResult.Metric.class, name = "metric"),
    @JsonSubTypes.Type(value = BuildResult.Verdict.class, name = "verdict")
})
public sealed interface BuildResult {
    /**
     * A builder begins.
     *
     * @param machine the address of the one it runs on, or null for this one
     */
    record Started(String drvPath, @Nullable String machine, Instant at) implements BuildResult {
        public Started {
            Objects.requireNonNull(drvPath, "drvPath is null");
            Objects.requireNonNull(at, "at is null");
        }
    }

    /** A machine that was asked cannot build now, or was lost while it did, which it had begun; that is not the build's failure. */
    record Unreachable(String machine, String message, Instant at) implements BuildResult {
        public Unreachable {
            Objects.requireNonNull(machine, "machine is null");
            Objects.requireNonNull(message, "message is null");
            Objects.requireNonNull(at, "at is null");
        }
    }

    /** A builder has ended. */
    record Ended(String drvPath, Instant at) implements BuildResult {
        public Ended {
            Objects.requireNonNull(drvPath, "drvPath is null");
            Objects.requireNonNull(at, "at is null");
        }
    }

    /**
     * An output is there.
     *
     * @param file what it is if it is a file, otherwise null
     */
    record Output(
            String path,
            String narHash,
            long narSize,
            @Nullable FileFacts file) implements BuildResult {
        public Output {
            Objects.requireNonNull(path, "path is null");
            Objects.requireNonNull(narHash, "narHash is null");
        }
    }

    /**
     * Something to download, as {@code nix-support/hydra-build-products} lists it.
     *
     * @param type such as {@code file} or {@code doc}
     * @param name the last one of the path that is listed, which may be a link
     * @param size of a file in bytes
     * @param sha256 of a file as {@code sha256-} and base 64; null for directories, and if it could not be read
     */
    record Product(
            String type,
            String subtype,
            String path,
            String name,
            long size,
            boolean directory,
            @Nullable String sha256)
            implements BuildResult {
        public Product {
            Objects.requireNonNull(type, "type is null");
            Objects.requireNonNull(subtype, "subtype is null");
            Objects.requireNonNull(path, "path is null");
            Objects.requireNonNull(name, "name is null");
        }
    }

    /** What the build calls its result, as {@code nix-support/hydra-release-name} says. */
    record Release(String name) implements BuildResult {
        public Release {
            Objects.requireNonNull(name, "name is null");
        }
    }

    /**
     * A number that the build has measured, as {@code nix-support/hydra-metrics} lists it.
     *
     * @param unit empty where none is named
     */
    record Metric(String name, double value, String unit) implements BuildResult {
        public Metric {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(unit, "unit is null");
        }
    }

    /**
     * How it ended, in the words of the contract.
     *
     * @param status such as {@code succeeded} or {@code non_deterministic}
     * @param culprit the derivation that failed, if it is another one
     */
    record Verdict(
            String status,
            @Nullable String message,
            @Nullable String culprit) implements BuildResult {
        public Verdict {
            Objects.requireNonNull(status, "status is null");
        }
    }
}
