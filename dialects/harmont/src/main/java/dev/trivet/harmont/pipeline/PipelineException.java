package dev.trivet.harmont.pipeline;

import java.util.Locale;
import java.util.Objects;

/**
 * Why a text is no pipeline (spec section 3.5): the first problem found. The message is for the author of the pipeline: it says
 * what was seen, what was expected and where. Names from the text stand quoted in it, control characters escaped.
 */
public final class PipelineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** What sort of problem it is: the {@code error_code} of the build. */
    public enum Code {
        /** The text is not JSON, or names a member twice. */
        INVALID_JSON,
        /** The flat form has another version than {@code "0"}. */
        BAD_VERSION,
        /** Two steps have the same key. */
        DUPLICATE_KEY,
        /** A step builds in a step that does not exist. */
        UNKNOWN_DEPENDENCY,
        /** Steps need each other. */
        CYCLE,
        /** Everything else, the bounds of size included. */
        INVALID_IR;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    PipelineException(Code code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code is null");
    }

    static PipelineException invalidIr(String message) {
        return new PipelineException(Code.INVALID_IR, message);
    }

    /** What sort of problem it is. */
    public Code code() {
        return code;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "a problem has a message");
    }
}
