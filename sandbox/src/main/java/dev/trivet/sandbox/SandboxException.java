package dev.trivet.sandbox;

import java.util.Objects;

/** Why a sandbox could not do what was asked. */
public final class SandboxException extends Exception {
    private final Reason reason;

    public SandboxException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason is null");
    }

    public SandboxException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason is null");
    }

    public Reason reason() {
        return reason;
    }

    /** The kinds of refusal. */
    public enum Reason {
        /** The image is not in the catalogue; the message names those that are. */
        NO_SUCH_IMAGE,
        /** The snapshot is gone. */
        NO_SUCH_SNAPSHOT,
        /** The image exists for other architectures only. */
        NO_SUCH_ARCHITECTURE,
        NOT_FOUND,
        NOT_A_FILE,
        /** The job asked for something this backend or host cannot give. */
        UNSUPPORTED,
        /** The host failed: disk full, kernel refusal, runtime broken. The job is not to blame. */
        INFRASTRUCTURE
    }
}
