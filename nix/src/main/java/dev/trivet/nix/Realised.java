package dev.trivet.nix;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came of a build. */
public sealed interface Realised {
    /** Everything is there. */
    record Succeeded(List<String> outputs) implements Realised {
        public Succeeded {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * It is not.
     *
     * @param message the last error of Nix, without colours
     * @param culprit the derivation that failed, if it is known
     */
    record Failed(Kind kind, String message, @Nullable String culprit) implements Realised {
        public Failed {
            Objects.requireNonNull(kind, "kind is null");
            Objects.requireNonNull(message, "message is null");
        }
    }

    /** Why. */
    enum Kind {
        /** Its own builder failed. */
        BUILD_FAILED,
        /** Something that it needs could not be built. */
        DEPENDENCY_FAILED,
        /** A builder took too long. */
        TIMED_OUT,
        /** A builder said nothing for too long. */
        SILENT,
        /** A builder printed too much. */
        LOG_LIMIT,
        /** What was fetched is not what was expected. */
        HASH_MISMATCH,
        /** It came out otherwise than the last time. */
        NOT_DETERMINISTIC,
        /** The builder ended well, but its outputs are missing or not allowed. */
        OUTPUT_REJECTED,
        /** No machine can build for this system, or has the features. */
        UNSUPPORTED,
        /** Somebody ended it. */
        CANCELED,
        /** Nix itself, its store or its machine. */
        INFRASTRUCTURE
    }
}
